import type { Cache } from './cache.ts';

export interface Tiers {
  /** Asked first. */
  readonly near: Cache;
  /** Shared with others, and slower. */
  readonly far: Cache;
  /** Longest time that the near tier keeps what it has from the far one. */
  readonly nearTtlMs: number;
}

/** One cache before another: what the far one gives is kept near. */
export function createTieredCache({ near, far, nearTtlMs }: Tiers): Cache {
  return {
    get: async (key) => {
      const kept = await near.get(key);
      if (kept !== undefined) return kept;
      const text = await far.get(key);
      if (text !== undefined) await near.set(key, text, { ttlMs: nearTtlMs });
      return text;
    },
    set: async (key, text, { ttlMs }) => {
      await near.set(key, text, { ttlMs: Math.min(ttlMs, nearTtlMs) });
      await far.set(key, text, { ttlMs });
    },
  };
}
