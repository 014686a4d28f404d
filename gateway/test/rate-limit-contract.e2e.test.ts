import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRedis } from '@plaza/pub-sub/test-kit/find-redis';
import { startOwnRedisCluster } from '@plaza/pub-sub/test-kit/own-redis-cluster';
import test from 'ava';
import { RedisConnection } from '../src/cache/redis-connection.ts';
import { MemoryRateLimits } from '../src/rate-limits/memory-rate-limits.ts';
import { RedisRateLimits } from '../src/rate-limits/redis-rate-limits.ts';
import { createLogger } from '../src/telemetry/logger.ts';
import type { JoinedStores } from './rate-limits/rate-limit-contract.ts';
import { testRateLimitContract } from './rate-limits/rate-limit-contract.ts';

// All servers first: tests must be declared at once.
const redis = await findRedis();
const cluster = await startOwnRedisCluster();

function openOn(urls: readonly string[]): JoinedStores {
  const resources = new DisposableStack();
  const keyPrefix = `test:${randomUUID()}`;
  return {
    join: async () => {
      const logger = createLogger({ level: 'silent', format: 'json' });
      const connection = resources.use(new RedisConnection({ urls, timeoutMs: 5_000 }, logger));
      const store = new RedisRateLimits(connection, { keyPrefix });
      const probe = { key: 'probe', limit: 1_000_000, windowMs: 1_000, amount: 1 };
      while (!(await store.take('probe', [probe]).then(Boolean, () => false))) await sleep(10);
      return store;
    },
    [Symbol.dispose]: () => resources.dispose(),
  };
}

testRateLimitContract(test, 'in memory', () => {
  const store = new MemoryRateLimits();
  return { join: async () => store, [Symbol.dispose]: () => undefined };
});

if ('missing' in redis) {
  test.skip(`in Redis (${redis.missing})`, (t) => t.pass());
} else {
  testRateLimitContract(test, 'in Redis', () => openOn([redis.url]));
  test.after.always(() => redis.stop());
}

if ('missing' in cluster) {
  test.skip(`in a Redis cluster (${cluster.missing})`, (t) => t.pass());
} else {
  testRateLimitContract(test, 'in a Redis cluster', () => openOn(cluster.urls));
  test.after.always(() => cluster[Symbol.asyncDispose]());
}
