import 'reflect-metadata'; // before any class with decorators is loaded
import type { OpenSubgraph, SubgraphDefinition, SubgraphDependencies } from '@plaza/kit/subgraph';
import { saveAudit } from './audit/audit.ts';
import type { PaymentsConfig } from './config.ts';
import type { PaymentsContext } from './context.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { openServices } from './open-services.ts';
import { createOrderConsumer } from './payable-order/order-consumer.ts';
import { createPaymentLoaders } from './payment/payment.loader.ts';
import { HttpPaymentProvider } from './provider/http-payment-provider.ts';
import type { PaymentProvider } from './provider/payment-provider.ts';
import { buildPaymentsSchema } from './schema.ts';
import { seedDatabase } from './seed.ts';
import { addWebhookRoute } from './webhook/webhook-route.ts';

type Dependencies = SubgraphDependencies<PaymentsConfig>;

/** Payments, with the card provider that it is to use. */
export function createPaymentsSubgraph(
  createProvider: (dependencies: Pick<Dependencies, 'config' | 'log'>) => PaymentProvider,
): SubgraphDefinition<PaymentsConfig, PaymentsContext> {
  return {
    name: 'payments',
    usesMessages: true,
    buildSchema: buildPaymentsSchema,
    open: async (dependencies) => open(dependencies, createProvider(dependencies)),
    async seed({ adapter }) {
      const prisma = new PrismaClient({ adapter });
      try {
        await seedDatabase(prisma, new Date());
      } finally {
        await prisma.$disconnect();
      }
    },
  };
}

/** Payments, ready to be started alone, with others, or in a test. */
export const paymentsSubgraph = createPaymentsSubgraph(
  ({ config, log }) => new HttpPaymentProvider({ settings: config.provider, log }),
);

function open(
  dependencies: Dependencies,
  provider: PaymentProvider,
): OpenSubgraph<PaymentsContext> {
  const { adapter, messaging } = dependencies;
  const prisma = new PrismaClient({ adapter });
  const opened = openServices(dependencies, { prisma, provider });
  const { services, transactions, sync, wakeJobs, jobs } = opened;
  return {
    createContext: (request) => ({
      ...request,
      ...services,
      pubSub: messaging.pubSub,
      deadLetters: messaging.bus.deadLetters,
      recordOperation: (action, after) =>
        transactions.run((work) => {
          const change = { action, entityType: 'DeadLetters', entityId: after.queue } as const;
          return saveAudit(work, request, { ...change, after });
        }),
      loaders: createPaymentLoaders(prisma),
    }),
    consumers: [createOrderConsumer({ transactions, wakeJobs })],
    jobs,
    addRoutes: (app) => addWebhookRoute(app, { prisma, provider, sync }),
    checkReady: async () => void (await prisma.$queryRaw`SELECT 1`),
    close: () => prisma.$disconnect(),
  };
}
