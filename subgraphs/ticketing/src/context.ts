import type { DeadLettersContext } from '@plaza/kit/dead-letters/dead-letter.resolver';
import type { SubgraphContext } from '@plaza/kit/subgraph';
import type { PubSub } from '@plaza/pub-sub/pub-sub';
import { recordAudit } from './audit/record-audit.ts';
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
  /** Messages that a queue of ticketing gave up. */
  readonly deadLetters: DeadLettersContext['deadLetters'];
  /** Where changes are announced to whoever listens now. */
  readonly pubSub: PubSub;
  /** Where holding and ordering wait for their turn. */
  readonly purchases: PurchaseQueue;
}

/** What an operation, or one event of a subscription, sees the world by. */
export interface Moment {
  /** Each row is read once and then as it was. */
  readonly loaders: Loaders;
  /** The one instant that all of it happens at. */
  readonly now: Date;
}

/** What every resolver of ticketing finds in its context. */
export interface TicketingContext extends DeadLettersContext, TicketingServices, Moment {
  /** The instant of the call, with loaders that have read nothing. */
  readonly createMoment: () => Moment;
  /** True for staff that sees what is not published yet. */
  readonly canSeeDrafts: boolean;
}

/** The context of one request, at the instant of the call, with fresh loaders. */
export function createContext(
  request: SubgraphContext,
  services: TicketingServices,
  clock: () => Date,
): TicketingContext {
  const canSeeDrafts = request.viewer?.scopes.has('event:write') ?? false;
  const createMoment = (): Moment => {
    const now = clock();
    return { now, loaders: createLoaders(services.database, { now, canSeeDrafts }) };
  };
  const recordOperation: TicketingContext['recordOperation'] = (action, after) => {
    const what = { action, entityType: 'DeadLetters', entityId: after.queue } as const;
    const change = { ...what, actor: actorOf(request), at: clock(), after };
    return services.transactions.run(({ tx }) => recordAudit(tx, change));
  };
  const transactions = services.transactions.answeringTo(request);
  const own = { canSeeDrafts, createMoment, recordOperation, transactions };
  return { ...request, ...services, ...own, ...createMoment() };
}

/**
 * Moves the context to now, for every field of the event that is resolved from here on: GraphQL gives
 * all events of a subscription the context that it began with (spec section 6.2.3.2).
 */
export function renewMoment(ctx: TicketingContext): void {
  Object.assign(ctx, ctx.createMoment());
}

/** The viewer and the request, for the audit. */
export function actorOf({
  viewer,
  requestId,
}: Pick<SubgraphContext, 'viewer' | 'requestId'>): Actor {
  return { userId: viewer?.userId ?? null, requestId };
}
