import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { startOwnRedis } from '@plaza/pub-sub/test-kit/own-redis';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import { Redis } from 'ioredis';
import { openRedisCache } from './cache/open-redis-cache.ts';

const keyPrefix = 'test';
const ttlMs = 60_000;
const name = (key: string): string => `{${keyPrefix}:0}:${key}`;

/** A Redis of the test's own, and a client that looks into it. Undefined where there is none. */
async function startRedis(t: ExecutionContext) {
  const redis = await startOwnRedis();
  if ('missing' in redis) {
    t.pass(redis.missing);
    return undefined;
  }
  t.teardown(() => redis[Symbol.asyncDispose]());
  const onlooker = new Redis(redis.url);
  t.teardown(() => onlooker.disconnect());
  return { redis, onlooker };
}

async function callsOf(onlooker: Redis): Promise<Readonly<Record<string, number>>> {
  const stats = (await onlooker.info('commandstats')).matchAll(/cmdstat_(\w+):calls=(\d+)/g);
  return Object.fromEntries([...stats].map(([, command, calls]) => [command, Number(calls)]));
}

test('many keys are one command', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  const { redis, onlooker } = started;
  using opened = openRedisCache({ urls: [redis.url], keyPrefix });
  await opened.connected();
  await onlooker.config('RESETSTAT');
  const keys = Array.from({ length: 100 }, (_, index) => `${index}`);
  await opened.cache.setMany(keys.map((key) => ({ key, text: key, ttlMs })));
  t.deepEqual(await opened.cache.getMany(keys), keys);
  t.like(await callsOf(onlooker), { mget: 1, set: 100 });
});

test('a text is compressed if it is long, and not kept if it is too long', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  const { redis, onlooker } = started;
  const limits = { compressOverBytes: 1_000, textBytesMax: 100_000 };
  using opened = openRedisCache({ urls: [redis.url], keyPrefix, ...limits });
  await opened.connected();
  const { cache } = opened;
  const texts = {
    short: 'ä'.repeat(500),
    long: 'ä'.repeat(501),
    longest: 'ä'.repeat(50_000),
    'too long': 'ä'.repeat(50_001),
  };
  await cache.setMany(Object.entries(texts).map(([key, text]) => ({ key, text, ttlMs })));
  t.deepEqual(await cache.getMany(Object.keys(texts)), [
    texts.short,
    texts.long,
    texts.longest,
    undefined,
  ]);
  const sizes = await Promise.all(Object.keys(texts).map((key) => onlooker.strlen(name(key))));
  t.is(sizes[0], 1_000);
  t.true((sizes[1] ?? 0) < 100 && (sizes[2] ?? 0) < 1_000, sizes.join());
  t.is(sizes[3], 0);
  t.true((await onlooker.pttl(name('long'))) > ttlMs / 2);
  await cache.set('too long', texts['too long'], { ttlMs });
  t.is(await cache.get('too long'), undefined);
});

test('what is damaged or larger than it may be is not there', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  const { redis, onlooker } = started;
  using opened = openRedisCache({ urls: [redis.url], keyPrefix, textBytesMax: 10_000 });
  await opened.connected();
  const { cache } = opened;
  const pack = (length: number): string =>
    `\u0001${deflateSync('x'.repeat(length)).toString('base64')}`;
  const values = { damaged: '\u0001zzzz', cut: pack(10_000).slice(0, 20), bomb: pack(10_001) };
  for (const [key, value] of Object.entries({ ...values, allowed: pack(10_000) })) {
    await onlooker.set(name(key), value);
  }
  await onlooker.hset(name('hash'), 'field', 'value');
  const texts = await cache.getMany([...Object.keys(values), 'hash', 'allowed']);
  t.deepEqual(texts.slice(0, -1), Array.from({ length: 4 }));
  t.is(texts.at(-1)?.length, 10_000);
});

test('a Redis that refuses to write is still read', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  const { redis, onlooker } = started;
  using opened = openRedisCache({ urls: [redis.url], keyPrefix });
  await opened.connected();
  const { cache } = opened;
  await cache.set('key', 'text', { ttlMs });
  await onlooker.config('SET', 'maxmemory', '1');
  for (let round = 0; round < 20; round += 1) await cache.set('other', 'text', { ttlMs });
  t.is(await cache.get('key'), 'text');
  t.is(await cache.get('other'), undefined);
  t.regex(JSON.stringify(opened.logs), /OOM/);
});

test('a Redis that hangs costs its deadline a few times, and is used again when it answers', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  const { redis } = started;
  using opened = openRedisCache({ urls: [redis.url], keyPrefix, timeoutMs: 50 });
  await opened.connected();
  const { cache } = opened;
  await cache.set('key', 'text', { ttlMs });
  redis.pause();
  t.teardown(() => redis.resume());
  const startedMs = performance.now();
  for (let round = 0; round < 1_000; round += 1) t.is(await cache.get('key'), undefined);
  const waitedMs = performance.now() - startedMs;
  t.true(waitedMs > 200 && waitedMs < 20_000, `${waitedMs} ms`);
  redis.resume();
  const resumedMs = performance.now();
  while ((await cache.get('key')) !== 'text') await sleep(10);
  t.true(performance.now() - resumedMs < 5_000);
});

test('a Redis that is killed and started is used again within five seconds', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  const { redis, onlooker } = started;
  onlooker.on('error', () => undefined);
  using opened = openRedisCache({ urls: [redis.url], keyPrefix });
  await opened.connected();
  const { cache } = opened;
  await redis.kill();
  for (let round = 0; round < 700; round += 1) {
    t.is(await cache.get('key'), undefined);
    await cache.set('key', 'lost', { ttlMs });
    await sleep(10);
  }
  await redis.start();
  const startedMs = performance.now();
  while ((await cache.get('key')) !== 'text') {
    await cache.set('key', 'text', { ttlMs });
    await sleep(10);
  }
  t.true(performance.now() - startedMs < 5_000);
});
