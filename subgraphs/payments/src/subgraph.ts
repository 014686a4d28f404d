import 'reflect-metadata'; // before any class with decorators is loaded
import type { SubgraphDefinition } from '@plaza/kit/subgraph';
import type { PaymentsConfig } from './config.ts';
import type { PaymentsContext } from './context.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createPaymentLoaders } from './payment/payment.loader.ts';
import { PaymentService } from './payment/payment.service.ts';
import { buildPaymentsSchema } from './schema.ts';
import { seedDatabase } from './seed.ts';

/** Payments, ready to be started alone, with others, or in a test. */
export const paymentsSubgraph: SubgraphDefinition<PaymentsConfig, PaymentsContext> = {
  name: 'payments',
  buildSchema: buildPaymentsSchema,
  async open({ adapter }) {
    const prisma = new PrismaClient({ adapter });
    const payments = new PaymentService(prisma);
    return {
      createContext: (request) => ({
        ...request,
        payments,
        loaders: createPaymentLoaders(prisma),
      }),
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
