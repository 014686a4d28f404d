import { AppError } from '@plaza/schema/errors';

export interface WorkQueueLimits {
  /** Pieces of work that run at the same time. */
  readonly runningMax: number;
  /** Pieces of work that wait for their turn; more are refused. */
  readonly waitingMax: number;
}

/** Runs costly work a few pieces at a time, in the order of arrival. */
export class WorkQueue {
  readonly #limits: WorkQueueLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: WorkQueueLimits) {
    this.#limits = limits;
  }

  /** Runs the work in its turn. Throws RATE_LIMITED when too much is waiting already. */
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
      throw new AppError('RATE_LIMITED', 'Too many people log in right now: try again in a moment');
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
