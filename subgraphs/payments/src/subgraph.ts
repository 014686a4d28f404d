import 'reflect-metadata'; // before any class with decorators is loaded
import type { SubgraphDefinition } from '@plaza/kit/subgraph';
import { saveAudit } from './audit/audit.ts';
import type { PaymentsConfig } from './config.ts';
import type { PaymentsContext } from './context.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { openServices } from './open-services.ts';
import { createOrderConsumer } from './payable-order/order-consumer.ts';
import { createPaymentLoaders } from './payment/payment.loader.ts';
import { buildPaymentsSchema } from './schema.ts';
import { seedDatabase } from './seed.ts';
import { addWebhookRoute } from './webhook/webhook-route.ts';

/** Payments, ready to be started alone, with others, or in a test. */
export const paymentsSubgraph: SubgraphDefinition<PaymentsConfig, PaymentsContext> = {
  name: 'payments',
  usesMessages: true,
  buildSchema: buildPaymentsSchema,
  async open(dependencies) {
    const { adapter, messaging } = dependencies;
    const prisma = new PrismaClient({ adapter });
    const open = openServices(prisma, dependencies);
    const { transactions, wakeJobs, jobs } = open;
    return {
      createContext: (request) => ({
        ...request,
        ...open.services,
        pubSub: messaging.pubSub,
        deadLetters: messaging.bus.deadLetters,
        recordOperation: (action, after) =>
          transactions.run((work) => saveAudit(work, request, { action, after })),
        loaders: createPaymentLoaders(prisma),
      }),
      consumers: [createOrderConsumer({ transactions, wakeJobs })],
      jobs,
      addRoutes: (app) => addWebhookRoute(app, { prisma, ...open }),
      checkReady: async () => void (await prisma.$queryRaw`SELECT 1`),
      close: () => prisma.$disconnect(),
    };
  },
  async seed({ adapter }) {
    const prisma = new PrismaClient({ adapter });
    try {
      await seedDatabase(prisma, new Date());
    } finally {
      await prisma.$disconnect();
    }
  },
};
