import type { PubSub } from '@plaza/kit/pub-sub/pub-sub';
import type { SubgraphContext } from '@plaza/kit/subgraph';
import type { PrismaClient } from './generated/prisma/client.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import type { PurchaseQueue } from './purchase-queue.ts';
import type { TicketKeys } from './ticket-key/ticket-keys.ts';
import type { Actor, TicketingTransactions } from './transactions.ts';

/** What lives as long as the process. */
export interface TicketingServices {
  /** For reading. Inside a transaction use the transaction: one more connection may never come. */
  readonly database: PrismaClient;
  readonly transactions: TicketingTransactions;
  readonly ticketKeys: TicketKeys;
  /** Where changes are announced to whoever listens now. */
  readonly pubSub: PubSub;
  /** Where holding and ordering wait for their turn. */
  readonly purchases: PurchaseQueue;
}

/** What every resolver of ticketing finds in its context. */
export interface TicketingContext extends SubgraphContext, TicketingServices {
  readonly loaders: Loaders;
  /** The one instant that the whole request happens at. */
  readonly now: Date;
  /** True for staff that sees what is not published yet. */
  readonly canSeeDrafts: boolean;
}

/** The context of one request, with fresh loaders. */
export function createContext(
  request: SubgraphContext,
  services: TicketingServices,
  now: Date,
): TicketingContext {
  const canSeeDrafts = request.viewer?.scopes.has('event:write') ?? false;
  const scope = { now, canSeeDrafts };
  const loaders = createLoaders(services.database, scope);
  return { ...request, ...services, ...scope, loaders };
}

/** The viewer and the request, for the audit. */
export function actorOf({ viewer, requestId }: SubgraphContext): Actor {
  return { userId: viewer?.userId ?? null, requestId };
}
