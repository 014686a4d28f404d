import type { Cache, CacheEntry } from './cache.ts';

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
  const getMany = async (keys: readonly string[]): Promise<readonly (string | undefined)[]> => {
    const texts = [...(await near.getMany(keys))];
    const missing = keys.flatMap((key, index) =>
      texts[index] === undefined ? [{ key, index }] : [],
    );
    if (missing.length === 0) return texts;
    const found = await far.getMany(missing.map(({ key }) => key));
    const kept: CacheEntry[] = [];
    for (const [at, { key, index }] of missing.entries()) {
      const text = found[at];
      if (text === undefined) continue;
      texts[index] = text;
      kept.push({ key, text, ttlMs: nearTtlMs });
    }
    await near.setMany(kept);
    return texts;
  };
  const setMany = async (entries: readonly CacheEntry[]): Promise<void> => {
    await near.setMany(
      entries.map((entry) => ({ ...entry, ttlMs: Math.min(entry.ttlMs, nearTtlMs) })),
    );
    await far.setMany(entries);
  };
  return {
    getMany,
    setMany,
    get: async (key) => (await getMany([key]))[0],
    set: (key, text, { ttlMs }) => setMany([{ key, text, ttlMs }]),
  };
}
