import type { Bucket, BucketState } from './rate-limit-store.ts';

/** Sums of times are that inexact at most; a limit of one must still be one. */
const roundingMs = 0.01;

/**
 * The generic cell rate algorithm (ITU-T I.371): of each bucket only the time is kept at which it
 * would be full again. `fullAt` are those times, `now` is of the same clock; both in milliseconds.
 */
export function takeCells(
  buckets: readonly Bucket[],
  fullAt: readonly (number | undefined)[],
  now: number,
): { readonly states: readonly BucketState[]; readonly fullAt: readonly number[] } {
  const before = buckets.map((_, index) => Math.max(now, fullAt[index] ?? now));
  const after = buckets.map(
    ({ amount, limit, windowMs }, index) => (before[index] ?? now) + (amount * windowMs) / limit,
  );
  const enough = buckets.map(
    ({ windowMs }, index) => (after[index] ?? now) - now <= windowMs + roundingMs,
  );
  const kept = enough.every(Boolean) ? after : before;
  const states = buckets.map((bucket, index) =>
    stateOf(bucket, (kept[index] ?? now) - now, enough[index] === true),
  );
  return { states, fullAt: kept };
}

/** `usedMs`: the time that the bucket takes to be full again. */
export function stateOf(
  { amount, limit, windowMs }: Bucket,
  usedMs: number,
  isAllowed: boolean,
): BucketState {
  const cellMs = windowMs / limit;
  // A hair of rounding must not hide a whole cell.
  const remaining = Math.max(0, Math.floor((windowMs - usedMs) / cellMs + 1e-6));
  const retryMs = isAllowed ? 0 : Math.max(0, usedMs + amount * cellMs - windowMs);
  return { isAllowed, remaining, resetMs: Math.max(0, usedMs), retryMs };
}
