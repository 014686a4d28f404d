/** How waits grow from one attempt to the next. */
export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * How long to wait before the attempt with this number, from 0. Doubles, and half of it is chance, so
 * that those who lost the same gateway do not come back together.
 */
export function backOffMs(attempt: number, { firstMs, longestMs }: BackOff): number {
  const wholeMs = Math.min(longestMs, firstMs * 2 ** attempt);
  return wholeMs / 2 + (Math.random() * wholeMs) / 2;
}
