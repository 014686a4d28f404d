import { WorkQueue } from '@plaza/kit/work-queue';

/** Part of the database's connections that purchases may use at once; reading has the others. */
const connectionsShare = 0.6;
/** Purchases that wait for their turn; more are refused. */
const waitingMax = 2_000;
/** How long a purchase waits for its turn: within the time that a request may take. */
const waitTimeoutMs = 10_000;

/**
 * Lets purchases at the database a few at a time, in the order of arrival: when a sale opens, all
 * buyers come in the same second, and each needs a connection for a whole transaction.
 */
export class PurchaseQueue extends WorkQueue {
  constructor({ databasePoolMax }: { readonly databasePoolMax: number }) {
    super({
      runningMax: Math.max(1, Math.floor(databasePoolMax * connectionsShare)),
      waitingMax,
      waitTimeoutMs,
      refusal: 'Very many people buy right now: try again in a moment',
    });
  }
}
