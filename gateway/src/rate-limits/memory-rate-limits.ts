import { LRUCache } from 'lru-cache';
import { takeCells } from './generic-cell-rate.ts';
import type { Bucket, BucketState, RateLimitStore } from './rate-limit-store.ts';

/** Buckets that are remembered; the one that was not used longest is forgotten, and full again. */
const bucketsMax = 100_000;

/** Counts in this process alone. */
export class MemoryRateLimits implements RateLimitStore {
  readonly #fullAt = new LRUCache<string, number>({ max: bucketsMax });
  readonly #now: () => number;

  /** `now`: a clock in milliseconds that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  take(subject: string, buckets: readonly Bucket[]): Promise<readonly BucketState[]> {
    const names = buckets.map(({ key }) => `${subject} ${key}`);
    const known = names.map((name) => this.#fullAt.get(name));
    const { states, fullAt } = takeCells(buckets, known, this.#now());
    for (const [index, name] of names.entries()) this.#fullAt.set(name, fullAt[index] ?? 0);
    return Promise.resolve(states);
  }

  settle(subject: string, buckets: readonly Bucket[]): Promise<void> {
    for (const { key, limit, windowMs, amount } of buckets) {
      const name = `${subject} ${key}`;
      const fullAt = Math.max(this.#now(), this.#fullAt.get(name) ?? 0);
      this.#fullAt.set(name, fullAt + (amount * windowMs) / limit);
    }
    return Promise.resolve();
  }
}
