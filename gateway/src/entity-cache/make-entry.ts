import type { LogPosition } from '../cache/invalidation-log.ts';
import type { CacheHeaders } from '../subgraph-fetch/subgraph-request.ts';
import type { CacheCounts } from './cache-counts.ts';
import type { CacheEntry } from './cache-entry.ts';
import type { TypePolicy } from './fetch-shape.ts';
import { shortenLifetime } from './subgraph-cache-control.ts';

/** How a call went whose answers may be kept. */
export interface AnsweredCall {
  /** Where the log was when the call began. */
  readonly since: LogPosition;
  /** Of `performance.now()`. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly headers: CacheHeaders | undefined;
}

/**
 * Makes an entry of an answer without errors. Undefined when the subgraph's headers forbid it, or
 * when nothing could put it out of date. An answer is as old as its question.
 */
export function makeEntry(
  text: string,
  values: Readonly<Record<string, unknown>>,
  policy: TypePolicy,
  call: AnsweredCall,
  counts: CacheCounts,
): CacheEntry | undefined {
  const { maxAgeMs, staleIfErrorMs, sharing } = policy;
  const isPrivate = sharing !== 'everybody';
  const declared = { freshMs: maxAgeMs, staleIfErrorMs };
  const { freshMs, staleIfErrorMs: staleMs } =
    call.headers === undefined ? declared : shortenLifetime(declared, call.headers, isPrivate);
  if (freshMs <= 0) {
    counts.refused('headers');
    return undefined;
  }
  const tags = policy.tagsFor(values);
  if (tags === undefined) return undefined;
  const freshUntilMs = call.startedMs + freshMs;
  policy.counts.stored += 1;
  policy.counts.storedCharacters += text.length;
  return {
    text,
    since: call.since,
    commonTags: policy.commonTags,
    tags,
    checkedAt: call.since,
    bornMs: call.startedMs,
    freshUntilMs,
    staleUntilMs: freshUntilMs + staleMs,
    costMs: call.endedMs - call.startedMs,
    sharing,
  };
}
