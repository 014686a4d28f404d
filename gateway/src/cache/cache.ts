/**
 * Text by key that several requests, or processes, may share. It may forget anything at any time, so
 * everything in it can be made again. It never rejects: a cache that is away is an empty one.
 */
export interface Cache {
  /** Undefined when the text is not there, or when that cannot be told in time. */
  get(key: string): Promise<string | undefined>;
  /** The same for several keys in one go: texts in the order of the keys. */
  getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Keeps the text for at most so long, unless there is no room for it. */
  set(key: string, text: string, options: { readonly ttlMs: number }): Promise<void>;
  /** The same for several texts in one go. */
  setMany(entries: readonly CacheEntry[]): Promise<void>;
}

export interface CacheEntry {
  readonly key: string;
  readonly text: string;
  /** Below 1 it is not kept at all. */
  readonly ttlMs: number;
}
