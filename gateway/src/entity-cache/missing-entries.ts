import type { LogPosition } from '../cache/invalidation-log.ts';
import type { CacheEntry } from './cache-entry.ts';

/** Says what became of a key: its entry, or undefined when there is none to share. */
export type SettleMissing = (entry: CacheEntry | undefined) => void;

interface Pending {
  readonly since: LogPosition;
  readonly entry: Promise<CacheEntry | undefined>;
}

/** Entries that somebody in this process is asking a subgraph for: others wait for them. */
export class MissingEntries {
  readonly #pending = new Map<string, Pending>();

  /**
   * Undefined when nobody has begun to ask for it where the log is now: what was asked before an
   * invalidation may be out of date. Never rejects.
   */
  pending(key: string, now: LogPosition): Promise<CacheEntry | undefined> | undefined {
    const pending = this.#pending.get(key);
    return pending?.since === now ? pending.entry : undefined;
  }

  /** The caller asks for it, where the log is now, and says what came of it. */
  begin(key: string, since: LogPosition): SettleMissing {
    const { promise: entry, resolve } = Promise.withResolvers<CacheEntry | undefined>();
    const pending = { since, entry };
    this.#pending.set(key, pending);
    return (made) => {
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
      resolve(made);
    };
  }
}
