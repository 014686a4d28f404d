import { findRedis } from '@plaza/pub-sub/test-kit/find-redis';
import { startOwnRedisCluster } from '@plaza/pub-sub/test-kit/own-redis-cluster';
import test from 'ava';
import { MemoryInvalidationLog } from '../src/cache/memory-invalidation-log.ts';
import { testInvalidationLogContract } from './cache/invalidation-log-contract.ts';
import { openRedisLogs } from './cache/open-redis-logs.ts';

// All servers first: tests must be declared at once.
const redis = await findRedis();
const cluster = await startOwnRedisCluster();

testInvalidationLogContract(test, 'a log in memory', (settings) => {
  const log = new MemoryInvalidationLog(settings);
  return { join: async () => log, [Symbol.dispose]: () => undefined };
});

if ('missing' in redis) {
  test.skip(`Redis has a log (${redis.missing})`, (t) => t.pass());
} else {
  testInvalidationLogContract(test, 'a log in Redis', (settings) =>
    openRedisLogs({ urls: [redis.url], ...settings }),
  );
  test.after.always(() => redis.stop());
}

if ('missing' in cluster) {
  test.skip(`a Redis cluster has a log (${cluster.missing})`, (t) => t.pass());
} else {
  testInvalidationLogContract(test, 'a log in a Redis cluster', (settings) =>
    openRedisLogs({ urls: cluster.urls, ...settings }),
  );
  test.after.always(() => cluster[Symbol.asyncDispose]());
}
