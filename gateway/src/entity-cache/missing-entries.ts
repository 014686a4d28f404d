import type { LogPosition } from '../cache/invalidation-log.ts';
import type { CacheEntry } from './cache-entry.ts';

/** Says what a call brought: entries by key; what is not among them cannot be shared. */
export type SettleMissing = (made: ReadonlyMap<string, CacheEntry>) => void;

interface PendingCall {
  readonly since: LogPosition;
  readonly made: Promise<ReadonlyMap<string, CacheEntry>>;
}

/**
 * Entries that somebody in this process is asking a subgraph for: others wait for them. One promise for
 * all keys of a call, since most calls are waited for by nobody else.
 */
export class MissingEntries {
  readonly #calls = new Map<string, PendingCall>();

  /**
   * Undefined when nobody has begun to ask for it where the log is now: what was asked before an
   * invalidation may be out of date. Never rejects.
   */
  pending(key: string, now: LogPosition): Promise<CacheEntry | undefined> | undefined {
    const call = this.#calls.get(key);
    return call?.since === now ? call.made.then((made) => made.get(key)) : undefined;
  }

  /** True when `pending` has something to wait for. */
  isPending(key: string, now: LogPosition): boolean {
    return this.#calls.get(key)?.since === now;
  }

  /** The caller asks for all of them, where the log is now, and says what came of it. */
  begin(keys: readonly string[], since: LogPosition): SettleMissing {
    const { promise: made, resolve } = Promise.withResolvers<ReadonlyMap<string, CacheEntry>>();
    const call = { since, made };
    for (const key of keys) this.#calls.set(key, call);
    return (entries) => {
      for (const key of keys) if (this.#calls.get(key) === call) this.#calls.delete(key);
      resolve(entries);
    };
  }
}
