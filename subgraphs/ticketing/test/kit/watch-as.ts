import type { Viewer } from '@plaza/kit/auth/viewer';
import { OutdatedAnswers } from '@plaza/kit/messaging/outdated-answers';
import { parse, subscribe } from 'graphql';
import { pino } from 'pino';
import { createContext } from '../../src/context.ts';
import { PurchaseQueue } from '../../src/purchase-queue.ts';
import { buildTicketingSchema } from '../../src/schema.ts';
import { loadTicketKeys } from '../../src/ticket-key/ticket-keys.ts';
import type { Sales } from './sales.ts';

/** Subscribes as a server would that carries live fields. */
export async function watchAs(sales: Sales, query: string, viewer?: Viewer) {
  const log = pino({ level: 'silent' });
  const { database, messaging } = sales.ticketing;
  const services = {
    database,
    pubSub: messaging.pubSub,
    deadLetters: messaging.bus.deadLetters,
    transactions: sales.transactions,
    ticketKeys: await loadTicketKeys(database, log),
    purchases: new PurchaseQueue({ databasePoolMax: 2 }, log),
  };
  const outdated = new OutdatedAnswers('ticketing');
  const request = { viewer, requestId: 'test', headers: {}, log, outdated };
  const { schema } = await buildTicketingSchema();
  const contextValue = createContext(request, services, () => sales.now);
  return subscribe({ schema, document: parse(`subscription { ${query} }`), contextValue });
}

/** The code of the error that a subscription was refused with, or that it watches. */
export async function codeOf(watching: ReturnType<typeof watchAs>): Promise<unknown> {
  const result = await watching;
  if (!('errors' in result)) return 'watches';
  return result.errors?.[0]?.extensions.code;
}
