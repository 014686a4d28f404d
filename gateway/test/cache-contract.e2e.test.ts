import { findRedis } from '@plaza/pub-sub/test-kit/find-redis';
import { startOwnRedisCluster } from '@plaza/pub-sub/test-kit/own-redis-cluster';
import test from 'ava';
import { createMemoryCache } from '../src/cache/memory-cache.ts';
import type { RedisCache } from '../src/cache/redis-cache.ts';
import { createTieredCache } from '../src/cache/tiered-cache.ts';
import { testCacheContract } from './cache/cache-contract.ts';
import { openRedisCache } from './cache/open-redis-cache.ts';

const memoryBytesMax = 16_000_000;
const createMemory = () => createMemoryCache(memoryBytesMax);

// All servers first: tests must be declared at once.
const redis = await findRedis();
const cluster = await startOwnRedisCluster();

testCacheContract(test, 'a cache in memory', async () => createMemory());

const opened: Disposable[] = [];
async function openRedis(urls: readonly string[]): Promise<RedisCache> {
  const redisCache = openRedisCache({ urls });
  opened.push(redisCache);
  await redisCache.connected();
  return redisCache.cache;
}
test.after.always(() => {
  for (const cache of opened) cache[Symbol.dispose]();
});

if ('missing' in redis) {
  test.skip(`Redis is a cache (${redis.missing})`, (t) => t.pass());
} else {
  testCacheContract(test, 'a cache in Redis', () => openRedis([redis.url]));
  testCacheContract(test, 'a cache in memory before one in Redis', async () =>
    createTieredCache({
      near: createMemory(),
      far: await openRedis([redis.url]),
      nearTtlMs: 1_000,
    }),
  );
  test.after.always(() => redis.stop());
}

if ('missing' in cluster) {
  test.skip(`a Redis cluster is a cache (${cluster.missing})`, (t) => t.pass());
} else {
  testCacheContract(test, 'a cache in a Redis cluster', () => openRedis(cluster.urls));
  test.after.always(() => cluster[Symbol.asyncDispose]());
}

test('a cache in memory keeps no more bytes than it may, the last used ones', async (t) => {
  const cache = createMemoryCache(1_000);
  const text = 'x'.repeat(190);
  for (const key of ['a', 'b']) await cache.set(key, text, { ttlMs: 60_000 });
  await cache.get('a');
  await cache.set('c', text, { ttlMs: 60_000 });
  t.is(await cache.get('a'), text);
  t.is(await cache.get('b'), undefined);
  t.is(await cache.get('c'), text);
  await cache.set('large', 'x'.repeat(600), { ttlMs: 60_000 });
  t.is(await cache.get('large'), undefined);
  t.is(await cache.get('a'), text);
});

test('the far cache is asked once for what the near one can keep', async (t) => {
  const asked: string[] = [];
  const far = createMemory();
  const tiered = createTieredCache({
    near: createMemory(),
    far: {
      ...far,
      getMany: (keys) => {
        asked.push(...keys);
        return far.getMany(keys);
      },
    },
    nearTtlMs: 50,
  });
  await far.set('key', 'of another process', { ttlMs: 60_000 });
  t.is(await tiered.get('key'), 'of another process');
  t.is(await tiered.get('key'), 'of another process');
  t.deepEqual(asked, ['key']);
  await far.set('key', 'changed', { ttlMs: 60_000 });
  while ((await tiered.get('key')) !== 'changed') await new Promise((next) => setTimeout(next, 5));
  t.deepEqual(asked, ['key', 'key']);
  await far.set('b', 'far', { ttlMs: 60_000 });
  await tiered.set('a', 'near', { ttlMs: 60_000 });
  t.deepEqual(await tiered.getMany(['b', 'a', 'none']), ['far', 'near', undefined]);
  t.deepEqual(asked.slice(2), ['b', 'none']);
});
