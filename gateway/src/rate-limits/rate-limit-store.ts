/** An allowance that refills steadily: `limit` in any `windowMs`, in a burst if it was not used. */
export interface Bucket {
  /** Tells the buckets of one subject apart. */
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
  /** To be taken. More than `limit` is never allowed. */
  readonly amount: number;
}

/** What is left of a bucket. */
export interface BucketState {
  /** False for a bucket that had too little; nothing was taken from any then. */
  readonly isAllowed: boolean;
  readonly remaining: number;
  /** Time until it is full again, in milliseconds. */
  readonly resetMs: number;
  /** Time until there is enough again, in milliseconds; 0 when there is. */
  readonly retryMs: number;
}

/** Counts what clients use, for one gateway or for all. */
export interface RateLimitStore {
  /**
   * Takes from all buckets of a subject, or from none. Rejects when that cannot be done in time.
   * States are in the order of the buckets.
   */
  take(subject: string, buckets: readonly Bucket[]): Promise<readonly BucketState[]>;
  /**
   * Corrects what was taken, whatever is left: a negative amount is given back. A bucket is never more
   * than full. Rejects as `take` does.
   */
  settle(subject: string, buckets: readonly Bucket[]): Promise<void>;
}
