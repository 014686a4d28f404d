import type { LogPosition } from '../cache/invalidation-log.ts';
import type { Sharing } from './audience.ts';
import { narrower } from './audience.ts';
import type { CacheEntry } from './cache-entry.ts';

/** How long a response may be used by others. Times are those of `performance.now()`. */
export interface ResponseFreshness {
  readonly bornMs: number;
  readonly freshUntilMs: number;
  readonly isPrivate: boolean;
}

/** What a response depends on, gathered while it is made: the least of all its parts. */
export class ResponseParts {
  readonly #commonTags = new Set<readonly string[]>();
  readonly #tags = new Set<string>();
  #since: LogPosition;
  #bornMs = Number.POSITIVE_INFINITY;
  #freshUntilMs = Number.POSITIVE_INFINITY;
  #sharing: Sharing = 'everybody';
  #isKeepable = true;

  /** `since`: where the log is as the first part is looked for. */
  constructor(since: LogPosition) {
    this.#since = since;
  }

  /** A part that may be kept as long as its entry. */
  add(entry: CacheEntry): void {
    const { since, commonTags, tags, bornMs, freshUntilMs, sharing } = entry;
    if (since.epoch !== this.#since.epoch) this.#isKeepable = false;
    if (since.sequence < this.#since.sequence) this.#since = since;
    this.#commonTags.add(commonTags);
    for (const tag of tags) this.#tags.add(tag);
    if (bornMs < this.#bornMs) this.#bornMs = bornMs;
    if (freshUntilMs < this.#freshUntilMs) this.#freshUntilMs = freshUntilMs;
    this.#sharing = narrower(this.#sharing, sharing);
  }

  /** A part that nobody else may get, or that is not what it should be. */
  addUnkeepable(): void {
    this.#isKeepable = false;
  }

  /** Undefined when the response must not be kept, or nothing of it is known. */
  toEntry(text: string, costMs: number): CacheEntry | undefined {
    if (!this.#isKeepable || this.#freshUntilMs === Number.POSITIVE_INFINITY) return undefined;
    if (this.#freshUntilMs <= performance.now()) return undefined;
    joinPieces(text);
    return {
      text,
      since: this.#since,
      commonTags: [...new Set([...this.#commonTags].flat())],
      tags: [...this.#tags],
      checkedAt: this.#since,
      bornMs: this.#bornMs,
      freshUntilMs: this.#freshUntilMs,
      staleUntilMs: this.#freshUntilMs,
      costMs,
      sharing: this.#sharing,
    };
  }
}

/**
 * What is put together of pieces keeps them all, several times its own length, until it is looked into.
 * An answer that is only sent is gone before that matters; one that is kept would fill the memory.
 */
function joinPieces(text: string): void {
  text.charCodeAt(0);
}

/** Header fields (RFC 9111) that tell clients and shared caches what they may do with a response. */
export function freshnessHeaders(
  freshness: ResponseFreshness,
  varying: readonly string[],
): Record<string, string> {
  const { bornMs, freshUntilMs, isPrivate } = freshness;
  const remainingMs = freshUntilMs - performance.now();
  if (remainingMs < 1_000) return {};
  const age = Math.max(0, Math.floor((performance.now() - bornMs) / 1_000));
  // What is left, as a lifetime that the age is taken from: rounded down, so never longer.
  const maxAge = age + Math.floor(remainingMs / 1_000);
  const scope = isPrivate ? 'private' : 'public';
  const names = isPrivate ? varying : varying.filter((name) => name !== 'authorization');
  return {
    'cache-control': `${scope}, max-age=${maxAge}`,
    age: String(age),
    vary: ['Accept', ...names].join(', '),
  };
}
