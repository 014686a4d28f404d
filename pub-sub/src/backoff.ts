/** Pauses that double from `firstMs` to `longestMs`, each shortened by up to a fifth at random. */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  readonly #random: () => number;
  #failures = 0;

  constructor(options: { firstMs: number; longestMs: number; random?: () => number }) {
    this.#firstMs = options.firstMs;
    this.#longestMs = options.longestMs;
    this.#random = options.random ?? Math.random;
  }

  /** The pause after one more failure. */
  next(): number {
    const full = Math.min(this.#longestMs, this.#firstMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return Math.round(full * (1 - 0.2 * this.#random()));
  }

  /** Starts anew after a success. */
  reset(): void {
    this.#failures = 0;
  }
}
