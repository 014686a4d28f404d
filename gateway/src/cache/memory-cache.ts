import { LRUCache } from 'lru-cache';
import type { Cache } from './cache.ts';

/** V8 takes at most two bytes for a character. */
const characterBytes = 2;

/** A cache in this process of at most `bytesMax`; what was not asked for longest goes first. */
export function createMemoryCache(bytesMax: number): Cache {
  const texts = new LRUCache<string, string>({
    maxSize: bytesMax,
    sizeCalculation: (text, key) => Math.max(1, (text.length + key.length) * characterBytes),
  });
  return {
    get: (key) => Promise.resolve(texts.get(key)),
    set: (key, text, { ttlMs }) => {
      texts.set(key, text, { ttl: ttlMs });
      return Promise.resolve();
    },
  };
}
