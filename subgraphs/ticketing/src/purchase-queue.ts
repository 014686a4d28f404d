import { isDatabaseBusy } from '@plaza/kit/database';
import { WorkQueue } from '@plaza/kit/work-queue';
import { withinDeadline } from '@plaza/pub-sub/deadline';
import { AppError } from '@plaza/schema/errors';
import type { Logger } from 'pino';

/** Part of the database's connections that purchases may use at once; reading has the others. */
const connectionsShare = 0.6;
const refusal =
  'Very many people buy right now: try again in a moment, with the same idempotencyKey';

export interface PurchaseLimits {
  /** Purchases that wait for their turn; more are refused. */
  readonly waitingMax: number;
  /** How long a purchase waits for its turn. */
  readonly waitTimeoutMs: number;
  /** How long a buyer waits in all; a gateway waits 15 s for a subgraph and then says less. */
  readonly answerTimeoutMs: number;
}

export const purchaseLimits: PurchaseLimits = {
  waitingMax: 2_000,
  waitTimeoutMs: 6_000,
  answerTimeoutMs: 11_000,
};

/**
 * Lets purchases at the database a few at a time, in the order of arrival: when a sale opens, all
 * buyers come in the same second, and each needs a connection for a whole transaction.
 */
export class PurchaseQueue {
  readonly #queue: WorkQueue;
  readonly #answerTimeoutMs: number;
  readonly #log: Logger;

  constructor(
    { databasePoolMax }: { readonly databasePoolMax: number },
    log: Logger,
    { answerTimeoutMs, ...limits }: PurchaseLimits = purchaseLimits,
  ) {
    const runningMax = Math.max(1, Math.floor(databasePoolMax * connectionsShare));
    this.#queue = new WorkQueue({ ...limits, runningMax, refusal });
    this.#answerTimeoutMs = answerTimeoutMs;
    this.#log = log;
  }

  /**
   * Runs the purchase in its turn. Throws RATE_LIMITED when too much waits, when the database is too
   * busy, and when the time for an answer is over: what the purchase makes after that is found again by
   * its idempotency key.
   */
  async run<T>(purchase: () => Promise<T>): Promise<T> {
    const running = this.#queue.run(purchase);
    let isAnswered = false;
    running.catch((error: unknown) => {
      if (isAnswered) this.#log.warn({ err: error }, 'purchase failed after its answer');
    });
    try {
      return await withinDeadline(running, this.#answerTimeoutMs, () => tooManyBuy());
    } catch (error) {
      if (!isDatabaseBusy(error)) throw error;
      this.#log.warn({ err: error }, 'purchase met a busy database');
      throw tooManyBuy(error);
    } finally {
      isAnswered = true;
    }
  }
}

function tooManyBuy(cause?: unknown): AppError {
  return new AppError('RATE_LIMITED', refusal, { cause });
}
