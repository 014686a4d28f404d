import 'reflect-metadata'; // before any class with decorators is loaded
import { Transactions } from '@plaza/kit/messaging/transactions';
import type { SubgraphDefinition } from '@plaza/kit/subgraph';
import type { TicketingConfig } from './config.ts';
import { createContext, type TicketingContext } from './context.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createJobs } from './jobs.ts';
import { createPaymentConsumer } from './order/payment-events.ts';
import { type PurchaseLimits, PurchaseQueue, purchaseLimits } from './purchase-queue.ts';
import { buildTicketingSchema } from './schema.ts';
import { seedDatabase } from './seed.ts';
import { loadTicketKeys } from './ticket-key/ticket-keys.ts';
import type { TicketingTransactions } from './transactions.ts';

/** Ticketing with a clock and limits of one's own; tests stop the one and narrow the others. */
export function defineTicketing(
  now: () => Date,
  limits: PurchaseLimits = purchaseLimits,
): SubgraphDefinition<TicketingConfig, TicketingContext> {
  return {
    name: 'ticketing',
    usesMessages: true,
    buildSchema: buildTicketingSchema,
    async open({ config, adapter, log, messaging }) {
      const database = new PrismaClient({ adapter });
      const ticketKeys = await loadTicketKeys(database, log);
      const { pubSub } = messaging;
      const { deadLetters } = messaging.bus;
      const transactions: TicketingTransactions = new Transactions({
        ...{ prisma: database, source: 'ticketing', pubSub, log },
      });
      const purchases = new PurchaseQueue(config, log, limits);
      const services = { database, transactions, ticketKeys, purchases, pubSub, deadLetters };
      return {
        createContext: (request) => createContext(request, services, now),
        consumers: [createPaymentConsumer(transactions, now)],
        jobs: createJobs(transactions, now),
        checkReady: async () => void (await database.$queryRaw`SELECT 1`),
        close: () => database.$disconnect(),
      };
    },
    async seed({ adapter }) {
      const database = new PrismaClient({ adapter });
      try {
        await seedDatabase(database, now());
      } finally {
        await database.$disconnect();
      }
    },
  };
}

/** Ticketing as it runs: venues, events, prices, holds, orders and tickets. */
export const ticketingSubgraph = defineTicketing(() => new Date());
