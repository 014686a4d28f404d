import { AppError } from '@plaza/schema/errors';
import type { OverflowRule } from './pub-sub.ts';

/** Values that wait for the one loop that reads them; never more than `max`. */
export class BoundedBuffer<T> implements AsyncIterable<T> {
  readonly #max: number;
  readonly #overflow: OverflowRule;
  readonly #values: T[] = [];
  #wake: () => void = () => undefined;
  #isEnded = false;
  #failure: AppError | undefined;
  #dropped = 0;

  constructor({ max, overflow }: { max: number; overflow: OverflowRule }) {
    this.#max = max;
    this.#overflow = overflow;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Adds a value by the overflow rule. */
  push(value: T): void {
    if (this.#isEnded) return;
    if (this.#values.length < this.#max) {
      this.#values.push(value);
    } else {
      this.#dropped += 1;
      if (this.#overflow === 'drop-oldest') {
        this.#values.shift();
        this.#values.push(value);
      }
      if (this.#overflow === 'end') this.#fail();
    }
    this.#wake();
  }

  /** Ends the loop at once, or after what is there. */
  end(): void {
    this.#isEnded = true;
    this.#values.length = 0;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      while (this.#values.length > 0) yield this.#values.shift() as T;
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#isEnded) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  #fail(): void {
    this.#isEnded = true;
    this.#failure = new AppError(
      'RATE_LIMITED',
      `The listener fell more than ${this.#max} announcements behind`,
      { details: { bufferMax: this.#max } },
    );
  }
}
