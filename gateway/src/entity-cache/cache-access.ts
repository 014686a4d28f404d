import type { InvalidationLog } from '../cache/invalidation-log.ts';
import type { CacheCounts } from './cache-counts.ts';
import type { CacheEntry } from './cache-entry.ts';
import type { EntryTiers } from './entry-tiers.ts';
import type { MissingEntries } from './missing-entries.ts';

/** What all look-ups of a process share. */
export interface CacheAccess {
  readonly log: InvalidationLog;
  readonly tiers: EntryTiers;
  readonly missing: MissingEntries;
  readonly counts: CacheCounts;
  /** Time for a call that refreshes what is about to expire, in milliseconds. */
  readonly refreshTimeoutMs: number;
}

/** True when the entry may be served now. */
export function isFresh({ freshUntilMs }: CacheEntry): boolean {
  return freshUntilMs > performance.now();
}

/**
 * True for a few of the requests that meet an entry shortly before it expires, the more of them the
 * nearer and the costlier it is: one of these makes it anew, so that not all miss it at once
 * (Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede Prevention, 2015).
 */
export function isDueEarly({ freshUntilMs, costMs }: CacheEntry): boolean {
  const remainingMs = freshUntilMs - performance.now();
  return remainingMs < costMs * -Math.log(1 - Math.random());
}
