import { setTimeout as sleep } from 'node:timers/promises';

const firstDelayMs = 250;

/** Waits between attempts: each up to twice as long as the one before, and never all at once. */
export class BackOff {
  readonly #delayMsMax: number;
  #failures = 0;
  #failingSinceMs: number | undefined;

  constructor(delayMsMax: number) {
    this.#delayMsMax = delayMsMax;
  }

  /** Time since the first of the failures in a row. */
  get failingMs(): number {
    return this.#failingSinceMs === undefined ? 0 : performance.now() - this.#failingSinceMs;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#failingSinceMs = undefined;
  }

  failed(): void {
    this.#failures += 1;
    this.#failingSinceMs ??= performance.now();
  }

  /** Resolves when it is time to try again; rejects when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    const longestMs = Math.min(this.#delayMsMax, firstDelayMs * 2 ** (this.#failures - 1));
    await sleep(longestMs * Math.random(), undefined, { signal });
  }
}
