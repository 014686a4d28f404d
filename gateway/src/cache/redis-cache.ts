import type { Cluster, Redis } from 'ioredis';
import type { Cache, CacheEntry } from './cache.ts';
import type { PackingSettings } from './packed-text.ts';
import { packText, unpackText } from './packed-text.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisSlot } from './redis-slot.ts';

export interface RedisCacheSettings extends PackingSettings {
  /** Before every key, so that others may use the same server. */
  readonly keyPrefix: string;
}

/**
 * A command of a cluster is about keys of one slot. Keys are spread over so many: few enough for few
 * commands, and enough to occupy a cluster of this size.
 */
const clusterGroups = 16;

/** Keys that one command can be about. */
interface KeyGroup {
  readonly slot: RedisSlot;
  readonly prefix: string;
}

/** A cache in Redis: one MGET for all keys, one pipeline for all texts, for each group of keys. */
export class RedisCache implements Cache {
  readonly #settings: RedisCacheSettings;
  readonly #groups: readonly KeyGroup[];

  constructor(connection: RedisConnection, settings: RedisCacheSettings) {
    this.#settings = settings;
    const count = connection.isCluster ? clusterGroups : 1;
    this.#groups = Array.from({ length: count }, (_, index) => {
      const hashTag = `${settings.keyPrefix}:${index.toString(16)}`;
      return { slot: connection.slotOf(hashTag), prefix: `{${hashTag}}:` };
    });
  }

  async get(key: string): Promise<string | undefined> {
    const [text] = await this.getMany([key]);
    return text;
  }

  async getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    const [only, ...others] = this.#groups;
    if (only !== undefined && others.length === 0) return this.#read(only, keys);
    const texts = new Map<string, string | undefined>();
    const read = async ([group, some]: readonly [KeyGroup, readonly string[]]): Promise<void> => {
      const found = await this.#read(group, some);
      for (const [index, key] of some.entries()) texts.set(key, found[index]);
    };
    await Promise.all(this.#byGroup(keys, (key) => key).map(read));
    return keys.map((key) => texts.get(key));
  }

  set(key: string, text: string, { ttlMs }: { readonly ttlMs: number }): Promise<void> {
    return this.setMany([{ key, text, ttlMs }]);
  }

  async setMany(entries: readonly CacheEntry[]): Promise<void> {
    const groups = this.#byGroup(entries, ({ key }) => key);
    await Promise.all(groups.map(([group, some]) => this.#write(group, some)));
  }

  async #read(
    { slot, prefix }: KeyGroup,
    keys: readonly string[],
  ): Promise<readonly (string | undefined)[]> {
    if (keys.length === 0) return [];
    const values = await orNothing(slot, (redis) => redis.mget(keys.map((key) => prefix + key)));
    if (values === undefined) return keys.map(() => undefined);
    const texts = values.map((value) =>
      value === null ? undefined : unpackText(value, this.#settings),
    );
    return texts.some((text) => typeof text === 'object')
      ? Promise.all(texts)
      : (texts as (string | undefined)[]);
  }

  async #write({ slot, prefix }: KeyGroup, entries: readonly CacheEntry[]): Promise<void> {
    if (!slot.isUsable) return;
    const packed: (readonly [CacheEntry, string])[] = [];
    const compressed: Promise<unknown>[] = [];
    for (const entry of entries) {
      const value = entry.ttlMs >= 1 ? packText(entry.text, this.#settings) : undefined;
      if (typeof value === 'string') packed.push([entry, value]);
      else if (value !== undefined) {
        compressed.push(value.then((late) => packed.push([entry, late])));
      }
    }
    if (compressed.length > 0) await Promise.all(compressed);
    if (packed.length === 0) return;
    await orNothing(slot, async (redis) => {
      const pipeline = redis.pipeline();
      for (const [{ key, ttlMs }, value] of packed) {
        pipeline.set(prefix + key, value, 'PX', Math.floor(ttlMs));
      }
      for (const [error] of (await pipeline.exec()) ?? []) {
        if (error !== null) throw error;
      }
    });
  }

  #byGroup<Item>(
    items: readonly Item[],
    keyOf: (item: Item) => string,
  ): readonly (readonly [KeyGroup, readonly Item[]])[] {
    const groups = this.#groups;
    const [only] = groups;
    if (only !== undefined && groups.length === 1) return [[only, items]];
    const byGroup = Map.groupBy(items, (item) => groupOf(keyOf(item), groups.length));
    return [...byGroup].flatMap(([index, some]) => {
      const group = groups[index];
      return group === undefined ? [] : [[group, some] as const];
    });
  }
}

async function orNothing<Result>(
  slot: RedisSlot,
  command: (redis: Redis | Cluster) => Promise<Result>,
): Promise<Result | undefined> {
  if (!slot.isUsable) return undefined;
  try {
    return await slot.run(command);
  } catch {
    return undefined; // the connection has logged why
  }
}

/** The same in every process: FNV-1a over the key's end, where keys differ. */
function groupOf(key: string, groups: number): number {
  if (groups === 1) return 0;
  let hash = 0x811c9dc5;
  for (let index = Math.max(0, key.length - 24); index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return ((hash >>> 16) ^ (hash & 0xffff)) % groups;
}
