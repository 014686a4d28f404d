import type { Config } from '../config.ts';
import type { SharedOperations } from '../persisted-operations/open-persisted-operations.ts';
import { LeasedRateLimits } from '../rate-limits/leased-rate-limits.ts';
import type { RateLimitStore } from '../rate-limits/rate-limit-store.ts';
import { RedisRateLimits } from '../rate-limits/redis-rate-limits.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Cache } from './cache.ts';
import type { InvalidationLog } from './invalidation-log.ts';
import { createMemoryCache } from './memory-cache.ts';
import { MemoryInvalidationLog } from './memory-invalidation-log.ts';
import { RedisCache } from './redis-cache.ts';
import { RedisConnection } from './redis-connection.ts';
import { RedisInvalidationLog } from './redis-invalidation-log.ts';
import { createTieredCache } from './tiered-cache.ts';

/** What all gateways of one Redis share. */
export interface Stores extends Disposable {
  /** Undefined where there is no Redis. */
  readonly cache: Cache | undefined;
  /** The same with what this process has at hand before it. */
  readonly nearCache: Cache | undefined;
  /** That of this process alone where there is no Redis. */
  readonly openLog: (settings: { readonly tagsMax: number }) => InvalidationLog;
  /** Operations of clients, in the cache and as they were published. Undefined where there is no Redis. */
  readonly operations: SharedOperations | undefined;
  /** Undefined where there is no Redis. */
  readonly rateLimits: RateLimitStore | undefined;
}

/** What is shared may change by another process: so late at most is it seen near. */
const nearTtlMs = 3_600_000;

/** Opens them over one connection; without `redis.urls` none is tried. */
export function openStores(
  { redis, rateLimits }: Pick<Config, 'redis' | 'rateLimits'>,
  logger: Logger,
): Stores {
  if (redis.urls.length === 0) {
    return {
      cache: undefined,
      nearCache: undefined,
      operations: undefined,
      openLog: (settings) => new MemoryInvalidationLog(settings),
      rateLimits: undefined,
      [Symbol.dispose]: () => undefined,
    };
  }
  const connection = new RedisConnection(redis, logger);
  const cache = new RedisCache(connection, redis);
  const near = createMemoryCache(redis.memoryBytesMax);
  const { leasePercent: percent, leaseMs: lifeMs } = rateLimits;
  const leased = new LeasedRateLimits(new RedisRateLimits(connection, redis), { percent, lifeMs });
  return {
    cache,
    nearCache: createTieredCache({ near, far: cache, nearTtlMs }),
    operations: {
      cache,
      readField: async (key, field) => {
        const text = await connection.slotOf(key).run((client) => client.hget(key, field));
        return text ?? undefined;
      },
    },
    openLog: ({ tagsMax }) => new RedisInvalidationLog(connection, { ...redis, tagsMax }),
    rateLimits: leased,
    [Symbol.dispose]: () => {
      leased[Symbol.dispose]();
      connection[Symbol.dispose]();
    },
  };
}
