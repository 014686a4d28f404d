import { AppError } from '@plaza/schema/errors';

export interface WorkQueueLimits {
  /** Pieces of work that run at the same time. */
  readonly runningMax: number;
  /** Pieces of work that wait for their turn; more are refused. */
  readonly waitingMax: number;
  /** How long a piece of work waits for its turn before it is refused. */
  readonly waitTimeoutMs: number;
  /** What to tell somebody whose work is refused. */
  readonly refusal: string;
}

/** Runs costly work a few pieces at a time, in the order of arrival. */
export class WorkQueue {
  readonly #limits: WorkQueueLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: WorkQueueLimits) {
    this.#limits = limits;
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
    if (this.#running < this.#limits.runningMax) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#limits.waitingMax) {
      throw this.#overloaded();
    }
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn.resolve);
    const timer = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(turn.resolve), 1);
      turn.reject(this.#overloaded());
    }, this.#limits.waitTimeoutMs);
    await turn.promise.finally(() => clearTimeout(timer));
  }

  #overloaded(): AppError {
    return new AppError('RATE_LIMITED', this.#limits.refusal);
  }
}
