import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisCacheSettings } from '../../src/cache/redis-cache.ts';
import { RedisCache } from '../../src/cache/redis-cache.ts';
import { createLogger } from '../../src/telemetry/logger.ts';

/** A cache in Redis with keys of its own, and what it has logged. */
export interface OpenedRedisCache extends Disposable {
  readonly cache: RedisCache;
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  /** Resolves when Redis answers. */
  readonly connected: () => Promise<void>;
}

/** Opens one that is patient unless a test says otherwise: the machine may be busy. */
export function openRedisCache(settings: Partial<RedisCacheSettings>): OpenedRedisCache {
  const logs: Record<string, unknown>[] = [];
  const logger = createLogger(
    { level: 'debug', format: 'json' },
    { write: (line) => void logs.push(JSON.parse(line)) },
  );
  const cache = new RedisCache(
    { urls: [], timeoutMs: 5_000, keyPrefix: `test:${randomUUID()}`, ...settings },
    logger,
  );
  return {
    cache,
    logs,
    connected: async () => {
      while ((await cache.get('connected')) === undefined) {
        await cache.set('connected', 'yes', { ttlMs: 60_000 });
        await sleep(10);
      }
    },
    [Symbol.dispose]: () => cache[Symbol.dispose](),
  };
}
