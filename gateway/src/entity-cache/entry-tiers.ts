import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Cache, CacheEntry as SharedText } from '../cache/cache.ts';
import type { InvalidationLog } from '../cache/invalidation-log.ts';
import type { CacheCounts } from './cache-counts.ts';
import type { CacheEntry } from './cache-entry.ts';
import { decodeEntry, encodeEntry, isCurrent } from './cache-entry.ts';

export interface EntryTiersSettings {
  /** What this process keeps, in bytes. 0: nothing. */
  readonly memoryBytesMax: number;
  /** Longest text that is kept, in bytes. */
  readonly entryBytesMax: number;
}

/** V8 takes at most two bytes for a character. */
const characterBytes = 2;
/** What an entry takes besides its texts. */
const entryOverheadBytes = 400;

/**
 * Entries by key: in this process, and behind that in a cache which other gateways share. Nothing
 * that the invalidation log has put out of date comes out, whoever put it in and whenever.
 */
export class EntryTiers {
  readonly #log: InvalidationLog;
  readonly #far: Cache | undefined;
  readonly #near: LRUCache<string, CacheEntry> | undefined;
  readonly #entryBytesMax: number;
  readonly #counts: CacheCounts;
  #unsent: SharedText[] = [];

  constructor(
    { memoryBytesMax, entryBytesMax }: EntryTiersSettings,
    { log, far, counts }: { log: InvalidationLog; far: Cache | undefined; counts: CacheCounts },
  ) {
    this.#log = log;
    this.#far = far;
    this.#entryBytesMax = entryBytesMax;
    this.#counts = counts;
    this.#near =
      memoryBytesMax === 0
        ? undefined
        : new LRUCache({
            maxSize: memoryBytesMax,
            sizeCalculation: sizeOf,
            dispose: (_entry, _key, reason) => {
              if (reason === 'evict') counts.evicted('capacity');
            },
          });
  }

  /** True when entries that this process does not have may be elsewhere. */
  get hasFar(): boolean {
    return this.#far !== undefined;
  }

  /** Bytes that this process keeps. */
  get memoryBytes(): number {
    return this.#near?.calculatedSize ?? 0;
  }

  /** What this process has: fresh, or stale if that may be used. */
  near(key: string): CacheEntry | undefined {
    const entry = this.#near?.get(key);
    if (entry === undefined) return undefined;
    if (entry.staleUntilMs <= performance.now()) {
      this.#near?.delete(key);
      this.#counts.evicted('expiry');
      return undefined;
    }
    if (isCurrent(entry, this.#log)) return entry;
    this.#near?.delete(key);
    this.#counts.evicted('invalidation');
    return undefined;
  }

  /** What others have, all in one question; kept near from then on. */
  async far(keys: readonly string[]): Promise<readonly (CacheEntry | undefined)[]> {
    if (this.#far === undefined || keys.length === 0) return [];
    const startedMs = performance.now();
    const texts = await this.#far.getMany(keys.map(farKey));
    this.#counts.far.lookUps += 1;
    this.#counts.far.seconds += (performance.now() - startedMs) / 1_000;
    return texts.map((text, index) => {
      const entry = text === undefined ? undefined : decodeEntry(text);
      if (entry === undefined || !this.#isUsable(entry)) return undefined;
      this.#setNear(keys[index] ?? '', entry);
      return entry;
    });
  }

  /** Keeps entries here and elsewhere; who asked does not wait for elsewhere. */
  put(entries: ReadonlyMap<string, CacheEntry>): void {
    const now = performance.now();
    for (const [key, entry] of entries) {
      if (entry.text.length > this.#entryBytesMax) {
        this.#counts.refused('oversize');
        continue;
      }
      this.#setNear(key, entry);
      const ttlMs = Math.floor(entry.staleUntilMs - now);
      if (this.#far !== undefined && ttlMs > 0) {
        this.#sendSoon({ key: farKey(key), text: encodeEntry(entry), ttlMs });
      }
    }
  }

  /** All that is put in one turn is sent in one go: writing to a socket costs more than encoding. */
  #sendSoon(text: SharedText): void {
    this.#unsent.push(text);
    if (this.#unsent.length > 1) return;
    setImmediate(() => {
      const texts = this.#unsent;
      this.#unsent = [];
      void this.#far?.setMany(texts);
    });
  }

  #setNear(key: string, entry: CacheEntry): void {
    const ttl = Math.ceil(entry.staleUntilMs - performance.now());
    if (ttl <= 0) return;
    this.#near?.set(key, entry);
  }

  #isUsable(entry: CacheEntry): boolean {
    return entry.staleUntilMs > performance.now() && isCurrent(entry, this.#log);
  }
}

function sizeOf({ text, tags }: CacheEntry, key: string): number {
  let characters = text.length + key.length;
  for (const tag of tags) characters += tag.length;
  return characters * characterBytes + entryOverheadBytes;
}

/** Keys hold what a viewer sees and who that is: no other program of the server needs to read it. */
function farKey(key: string): string {
  return hash('sha256', key, 'base64url');
}
