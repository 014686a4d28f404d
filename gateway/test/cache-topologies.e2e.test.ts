import { setTimeout as sleep } from 'node:timers/promises';
import { startOwnRedis } from '@plaza/pub-sub/test-kit/own-redis';
import { startOwnRedisCluster } from '@plaza/pub-sub/test-kit/own-redis-cluster';
import { startOwnRedisSentinel } from '@plaza/pub-sub/test-kit/own-redis-sentinel';
import test from 'ava';
import type { Cache } from '../src/cache/cache.ts';
import { openRedisCache } from './cache/open-redis-cache.ts';
import { openRedisLog } from './cache/open-redis-logs.ts';

const ttlMs = 60_000;
const backWithinMs = 20_000;
const keys = Array.from({ length: 300 }, (_, index) => `key ${index}`);
const entries = keys.map((key) => ({ key, text: key, ttlMs }));

async function countPresent(cache: Cache): Promise<number> {
  return (await cache.getMany(keys)).filter((text) => text !== undefined).length;
}

/** Waits until all can be kept and read; true if that was soon enough. */
async function isWellAgain(cache: Cache): Promise<boolean> {
  const startedMs = performance.now();
  while ((await countPresent(cache)) < keys.length) {
    if (performance.now() - startedMs > backWithinMs) return false;
    await cache.setMany(entries);
    await sleep(20);
  }
  return true;
}

test('keys are spread over the nodes of a cluster, and a node that hangs takes its own only', async (t) => {
  const cluster = await startOwnRedisCluster();
  if ('missing' in cluster) {
    t.pass(cluster.missing);
    return;
  }
  await using _cluster = cluster;
  using opened = openRedisCache({ urls: cluster.urls, timeoutMs: 100 });
  await opened.connected();
  const { cache } = opened;
  t.true(await isWellAgain(cache));
  const [, second] = cluster.nodes;
  second?.pause();
  const counts: number[] = [];
  const startedMs = performance.now();
  for (let round = 0; round < 100; round += 1) counts.push(await countPresent(cache));
  const waitedMs = performance.now() - startedMs;
  const present = counts.at(-1) ?? 0;
  t.true(present > 50 && present < 250, `${present} of 300`);
  t.true(waitedMs < 8_000, `${waitedMs} ms`);
  second?.resume();
  t.true(await isWellAgain(cache));
});

test('a replica takes over in a cluster: the cache goes on, the log begins anew', async (t) => {
  const cluster = await startOwnRedisCluster({ hasReplica: true });
  if ('missing' in cluster) {
    t.pass(cluster.missing);
    return;
  }
  await using _cluster = cluster;
  using opened = openRedisCache({ urls: cluster.urls, timeoutMs: 200 });
  // One of these is kept by the node that is killed.
  const prefixes = Array.from({ length: 12 }, (_, index) => `log ${index}`);
  const logs = prefixes.map((keyPrefix) => openRedisLog({ urls: cluster.urls, keyPrefix }));
  for (const log of logs) t.teardown(() => log[Symbol.dispose]());
  await Promise.all([opened.connected(), ...logs.map((log) => log.connected())]);
  t.true(await isWellAgain(opened.cache));
  const before = logs.map(({ log }) => log.position());
  await cluster.nodes[0]?.kill();
  t.true(await isWellAgain(opened.cache));
  let begunAnew = 0;
  for (const [index, { log, connected }] of logs.entries()) {
    await connected();
    const since = before[index] ?? log.position();
    if (!log.isCurrent(since, ['a'])) begunAnew += 1;
    const now = log.position();
    await log.invalidate(['a']);
    t.true(await log.catchUp());
    t.false(log.isCurrent(now, ['a']));
    t.true(log.isCurrent(now, ['b']));
  }
  t.true(begunAnew > 0 && begunAnew < logs.length, `${begunAnew}`);
});

test('a server that Sentinels watch is followed when its replica takes over', async (t) => {
  const sentinel = await startOwnRedisSentinel();
  if ('missing' in sentinel) {
    t.pass(sentinel.missing);
    return;
  }
  await using _sentinel = sentinel;
  const { url, name: sentinelName, master } = sentinel;
  // The first one is not there.
  const urls = [url.replace(/:\d+$/, ':1'), url];
  using opened = openRedisCache({ urls, sentinelName, timeoutMs: 200 });
  using openedLog = openRedisLog({ urls, sentinelName });
  const { log } = openedLog;
  await Promise.all([opened.connected(), openedLog.connected()]);
  t.true(await isWellAgain(opened.cache));
  const before = log.position();
  await master.kill();
  t.true(await isWellAgain(opened.cache));
  await openedLog.connected();
  t.false(log.isCurrent(before, ['a']));
  const since = log.position();
  await log.invalidate(['a']);
  t.true(await log.catchUp());
  t.false(log.isCurrent(since, ['a']));
  t.true(log.isCurrent(since, ['b']));
});

/** As gateway/README.md lists them. */
const neededCommands = [
  ...['mget', 'set', 'exists', 'eval', 'evalsha', 'info', 'hset', 'hmget', 'hincrby', 'del'],
  ...['zadd', 'zcard', 'zrange', 'zrangebyscore', 'zremrangebyrank'],
];

test('a user of Redis needs no more than a few commands on its own keys', async (t) => {
  const rights = neededCommands.map((command) => `+${command}`);
  const user = ['gateway', 'on', '>secret', '~{plaza:*', ...rights];
  const redis = await startOwnRedis(['--user', ...user]);
  if ('missing' in redis) {
    t.pass(redis.missing);
    return;
  }
  await using _redis = redis;
  const urls = [redis.url.replace('//', '//gateway:secret@')];
  using opened = openRedisCache({ urls, keyPrefix: 'plaza' });
  t.true(await isWellAgain(opened.cache));
  using openedLog = openRedisLog({ urls, keyPrefix: 'plaza', tagsMax: 2 });
  await openedLog.connected();
  const { log } = openedLog;
  const since = log.position();
  await log.invalidate(['a', 'b', 'c']);
  t.true(await log.catchUp());
  t.false(log.isCurrent(since, ['d']), 'it has been cut');
  t.deepEqual(opened.logs, []);
});

test('the password is in the URL', async (t) => {
  const redis = await startOwnRedis(['--requirepass', 'p@ss word']);
  if ('missing' in redis) {
    t.pass(redis.missing);
    return;
  }
  await using _redis = redis;
  const url = new URL(redis.url);
  url.password = 'p@ss word';
  using opened = openRedisCache({ urls: [url.href] });
  t.true(await isWellAgain(opened.cache));
});
