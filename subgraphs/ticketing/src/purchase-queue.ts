import { AppError } from '@plaza/schema/errors';

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
export class PurchaseQueue {
  readonly #runningMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ databasePoolMax }: { readonly databasePoolMax: number }) {
    this.#runningMax = Math.max(1, Math.floor(databasePoolMax * connectionsShare));
  }

  /** Runs the work in its turn. Throws RATE_LIMITED when too much waits or it waited too long. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#takeTurn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next(); // the turn is handed over, so the count stays
    }
  }

  async #takeTurn(): Promise<void> {
    if (this.#running < this.#runningMax) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= waitingMax) throw overloaded();
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn.resolve);
    const timer = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(turn.resolve), 1);
      turn.reject(overloaded());
    }, waitTimeoutMs);
    await turn.promise.finally(() => clearTimeout(timer));
  }
}

function overloaded(): AppError {
  return new AppError('RATE_LIMITED', 'Very many people buy right now: try again in a moment');
}
