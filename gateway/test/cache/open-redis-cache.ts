import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisCacheSettings } from '../../src/cache/redis-cache.ts';
import { RedisCache } from '../../src/cache/redis-cache.ts';
import type { RedisSettings } from '../../src/cache/redis-connection.ts';
import { RedisConnection } from '../../src/cache/redis-connection.ts';
import { createLogger } from '../../src/telemetry/logger.ts';

/** A cache in Redis with keys of its own, and what it has logged. */
export interface OpenedRedisCache extends Disposable {
  readonly cache: RedisCache;
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  /** Resolves when Redis answers. */
  readonly connected: () => Promise<void>;
}

/** Opens one that is patient unless a test says otherwise: the machine may be busy. */
export function openRedisCache(
  settings: Partial<RedisSettings & RedisCacheSettings>,
): OpenedRedisCache {
  const logs: Record<string, unknown>[] = [];
  const logger = createLogger(
    { level: 'debug', format: 'json' },
    { write: (line) => void logs.push(JSON.parse(line)) },
  );
  const all = {
    urls: [],
    timeoutMs: 5_000,
    keyPrefix: `test:${randomUUID()}`,
    textBytesMax: 2_000_000,
    compressOverBytes: 2_000,
    ...settings,
  };
  const connection = new RedisConnection(all, logger);
  const cache = new RedisCache(connection, all);
  return {
    cache,
    logs,
    connected: async () => {
      // As many as reach every node of a cluster.
      const keys = Array.from({ length: 100 }, (_, index) => `connected ${index}`);
      const entries = keys.map((key) => ({ key, text: 'yes', ttlMs: 60_000 }));
      while ((await cache.getMany(keys)).includes(undefined)) {
        await cache.setMany(entries);
        await sleep(10);
      }
    },
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  };
}
