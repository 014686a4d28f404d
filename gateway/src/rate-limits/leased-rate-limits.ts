import { LRUCache } from 'lru-cache';
import type { Bucket, BucketState, RateLimitStore } from './rate-limit-store.ts';

export interface LeaseSettings {
  /** How much of what a subject has left is taken ahead, in percent. */
  readonly percent: number;
  /** How long it may be used; what is left then is given back. */
  readonly lifeMs: number;
}

/** Subjects of which something is in hand; the one that was not counted longest gives it back. */
const leasesMax = 10_000;
/** More saves no calls worth speaking of. */
const amountMax = 1_000;

/** What is in hand of all buckets that are asked for together: of each the same amount. */
interface Lease {
  readonly subject: string;
  readonly buckets: readonly Bucket[];
  /** What the store said last; all of `left` was taken from it. */
  states: readonly BucketState[];
  takenMs: number;
  left: number;
  /** One call at a time takes ahead. */
  isTakingAhead: boolean;
}

/**
 * Counts in a far store, but asks it seldom: of a subject that has much left, some is taken ahead and
 * used here. Never is more used than the limits allow, for all of it was taken before. What is not used
 * in time is given back; until then nobody else can use it. Whoever has little left is counted one by
 * one.
 */
export class LeasedRateLimits implements RateLimitStore, Disposable {
  readonly #store: RateLimitStore;
  readonly #settings: LeaseSettings;
  readonly #now: () => number;
  readonly #leases: LRUCache<string, Lease>;
  readonly #timer: NodeJS.Timeout;

  /** `now`: a clock in milliseconds that never goes back. */
  constructor(
    store: RateLimitStore,
    settings: LeaseSettings,
    now: () => number = () => performance.now(),
  ) {
    this.#store = store;
    this.#settings = settings;
    this.#now = now;
    this.#leases = new LRUCache({ max: leasesMax, dispose: (lease) => this.#giveBack(lease) });
    this.#timer = setInterval(() => this.giveBackOld(), settings.lifeMs).unref();
  }

  take(subject: string, buckets: readonly Bucket[]): Promise<readonly BucketState[]> {
    const amount = commonAmount(buckets);
    if (amount === undefined) return this.#store.take(subject, buckets);
    const key = `${subject} ${buckets.map((bucket) => bucket.key).join(' ')}`;
    const lease = this.#leases.get(key);
    if (lease === undefined) return this.#takeFirst(key, subject, buckets);
    if (lease.left < amount || this.#isOld(lease)) return this.#takeMore(key, lease, buckets);
    lease.left -= amount;
    return Promise.resolve(this.#statesOf(lease));
  }

  settle(subject: string, buckets: readonly Bucket[]): Promise<void> {
    return this.#store.settle(subject, buckets);
  }

  /** Gives back what was taken too long ago. */
  giveBackOld(): void {
    for (const [key, lease] of this.#leases) {
      if (this.#isOld(lease)) this.#leases.delete(key);
    }
  }

  /** Gives back everything. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#leases.clear();
  }

  /** Of somebody new it is not known how much there is. */
  async #takeFirst(
    key: string,
    subject: string,
    buckets: readonly Bucket[],
  ): Promise<readonly BucketState[]> {
    const states = await this.#store.take(subject, buckets);
    if (this.#leases.has(key)) return states;
    const takenMs = this.#now();
    const lease = { subject, buckets, states, takenMs, left: 0, isTakingAhead: false };
    this.#leases.set(key, lease);
    return states;
  }

  async #takeMore(
    key: string,
    lease: Lease,
    buckets: readonly Bucket[],
  ): Promise<readonly BucketState[]> {
    const ahead = lease.isTakingAhead ? 0 : this.#worthTaking(lease);
    if (ahead === 0) return this.#remember(lease, await this.#store.take(lease.subject, buckets));
    lease.isTakingAhead = true;
    try {
      const more = buckets.map((bucket) => ({ ...bucket, amount: bucket.amount + ahead }));
      const states = await this.#store.take(lease.subject, more);
      // Others were quicker: then what is needed, and no more.
      if (states.some(({ isAllowed }) => !isAllowed)) {
        return this.#remember(lease, await this.#store.take(lease.subject, buckets));
      }
      lease.left += ahead;
      lease.takenMs = this.#now();
      this.#remember(lease, states);
      return this.#statesOf(lease);
    } finally {
      lease.isTakingAhead = false;
      // It was forgotten meanwhile.
      if (this.#leases.peek(key) !== lease) this.#giveBack(lease);
    }
  }

  #remember(lease: Lease, states: readonly BucketState[]): readonly BucketState[] {
    lease.states = states;
    return states;
  }

  #worthTaking({ states, left }: Lease): number {
    if (states.some(({ isAllowed }) => !isAllowed)) return 0;
    const least = Math.min(...states.map(({ remaining }) => remaining));
    const worth = Math.min(amountMax, Math.floor((least * this.#settings.percent) / 100));
    return Math.max(0, worth - left);
  }

  /** As the store would say it, had it been asked. */
  #statesOf({ buckets, states, takenMs, left }: Lease): readonly BucketState[] {
    const elapsedMs = this.#now() - takenMs;
    return states.map(({ remaining, resetMs }, index) => {
      const { limit = 1, windowMs = 0 } = buckets[index] ?? {};
      const unusedMs = (left * windowMs) / limit;
      return {
        isAllowed: true,
        remaining: remaining + Math.floor(left),
        resetMs: Math.max(0, resetMs - unusedMs - elapsedMs),
        retryMs: 0,
      };
    });
  }

  #isOld({ takenMs }: Lease): boolean {
    return this.#now() - takenMs >= this.#settings.lifeMs;
  }

  /** What cannot be given back stays taken: it is refilled in time. */
  #giveBack(lease: Lease): void {
    const { subject, buckets, left } = lease;
    lease.left = 0;
    if (left === 0) return;
    const back = buckets.map((bucket) => ({ ...bucket, amount: -left }));
    this.#store.settle(subject, back).catch(() => undefined);
  }
}

/** Undefined where buckets are asked for different amounts. */
function commonAmount([first, ...others]: readonly Bucket[]): number | undefined {
  if (first === undefined || first.amount < 0) return undefined;
  return others.every(({ amount }) => amount === first.amount) ? first.amount : undefined;
}
