import { LRUCache } from 'lru-cache';
import type { Cache, CacheEntry } from './cache.ts';

/** V8 takes at most two bytes for a character. */
const characterBytes = 2;

/** A cache in this process of at most `bytesMax`; what was not asked for longest goes first. */
export function createMemoryCache(bytesMax: number): Cache {
  const texts = new LRUCache<string, string>({
    maxSize: bytesMax,
    sizeCalculation: (text, key) => Math.max(1, (text.length + key.length) * characterBytes),
  });
  const keep = ({ key, text, ttlMs }: CacheEntry): void => {
    // To this library 0 means for ever.
    if (ttlMs >= 1) texts.set(key, text, { ttl: Math.floor(ttlMs) });
    else texts.delete(key);
  };
  return {
    get: (key) => Promise.resolve(texts.get(key)),
    getMany: (keys) => Promise.resolve(keys.map((key) => texts.get(key))),
    set: (key, text, { ttlMs }) => {
      keep({ key, text, ttlMs });
      return Promise.resolve();
    },
    setMany: (entries) => {
      for (const entry of entries) keep(entry);
      return Promise.resolve();
    },
  };
}
