import 'reflect-metadata'; // before any class with decorators is loaded
import type { SubgraphDefinition } from '@plaza/kit/subgraph';
import type { TicketingConfig } from './config.ts';
import { createContext, type TicketingContext } from './context.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { buildTicketingSchema } from './schema.ts';
import { seedDatabase } from './seed.ts';

/** Ticketing with a clock of one's own; tests stop it. */
export function defineTicketing(
  now: () => Date,
): SubgraphDefinition<TicketingConfig, TicketingContext> {
  return {
    name: 'ticketing',
    buildSchema: buildTicketingSchema,
    async open({ adapter }) {
      const database = new PrismaClient({ adapter });
      return {
        createContext: (request) => createContext(request, database, now()),
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

/** Ticketing as it runs: venues, events, prices, orders and tickets. */
export const ticketingSubgraph = defineTicketing(() => new Date());
