import type { Config } from '../config.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Cache } from './cache.ts';
import { createMemoryCache } from './memory-cache.ts';
import { RedisCache } from './redis-cache.ts';
import { createTieredCache } from './tiered-cache.ts';

/** What is shared may change by another process: so late at most is it seen here. */
const nearTtlMs = 3_600_000;

/** Opens the cache that all gateways of one Redis share; undefined where none is configured. */
export function openSharedCache(
  { redis }: Pick<Config, 'redis'>,
  logger: Logger,
): (Cache & Disposable) | undefined {
  if (redis.urls.length === 0) return undefined;
  const far = new RedisCache(redis, logger);
  const near = createMemoryCache(redis.memoryBytesMax);
  return {
    ...createTieredCache({ near, far, nearTtlMs }),
    [Symbol.dispose]: () => far[Symbol.dispose](),
  };
}
