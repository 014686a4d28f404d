import { setTimeout as sleep } from 'node:timers/promises';
import { type OwnRedis, startOwnRedis } from '@plaza/pub-sub/test-kit/own-redis';
import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import type { InvalidationLog } from '../src/cache/invalidation-log.ts';
import { startHoldingProxy } from './cache/holding-proxy.ts';
import { openRedisLog, openRedisLogs } from './cache/open-redis-logs.ts';

const backWithinMs = 5_000;
const keyPrefix = 'test';
const stateKey = `{${keyPrefix}:invalidations}`;
const tagsKey = `${stateKey}:tags`;

/** A Redis of the test's own, and a client that meddles with it. Undefined where there is none. */
async function startRedis(
  t: ExecutionContext,
  args: readonly string[] = [],
): Promise<{ redis: OwnRedis; meddler: Redis } | undefined> {
  const redis = await startOwnRedis(args);
  if ('missing' in redis) {
    t.log(redis.missing);
    t.pass();
    return undefined;
  }
  t.teardown(() => redis[Symbol.asyncDispose]());
  const meddler = new Redis(redis.url);
  meddler.on('error', () => undefined);
  t.teardown(() => meddler.disconnect());
  return { redis, meddler };
}

/** How long it takes until the log is up to date again. */
async function timeUntilCaughtUp(log: InvalidationLog): Promise<number> {
  const startedMs = performance.now();
  while (!(await log.catchUp())) {
    if (performance.now() - startedMs > 2 * backWithinMs) break;
    await sleep(10);
  }
  return performance.now() - startedMs;
}

const losses: Readonly<Record<string, (meddler: Redis) => Promise<unknown>>> = {
  'is flushed': (meddler) => meddler.flushall(),
  'has lost its state': (meddler) => meddler.del(stateKey),
  'has lost its tags': (meddler) => meddler.del(tagsKey),
  'has lost a tag': (meddler) => meddler.zrem(tagsKey, 'a'),
  'has gone back': (meddler) => meddler.hset(stateKey, 'sequence', 1),
};

for (const [what, lose] of Object.entries(losses)) {
  test(`a log that ${what} takes everything from before for out of date`, async (t) => {
    const started = await startRedis(t);
    if (started === undefined) return;
    using shared = openRedisLogs({ urls: [started.redis.url], keyPrefix });
    const [one, other] = [await shared.join(), await shared.join()];
    await other.invalidate(['a', 'b']);
    t.true(await one.catchUp());
    t.true(await other.catchUp());
    const before = one.position();
    t.true(one.isCurrent(before, ['c']));
    await lose(started.meddler);
    for (const log of [one, other, await shared.join()]) {
      t.true(await log.catchUp());
      t.false(log.isCurrent(before, ['c']));
      t.true(log.isCurrent(log.position(), ['a', 'b', 'c']));
    }
    const anew = one.position();
    await other.invalidate(['a']);
    t.true(await one.catchUp());
    t.false(one.isCurrent(anew, ['a']));
    t.true(one.isCurrent(anew, ['b']));
  });
}

test('an invalidation after a loss is known to processes that knew the log before', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  using shared = openRedisLogs({ urls: [started.redis.url], keyPrefix });
  const [one, other] = [await shared.join(), await shared.join()];
  await one.invalidate(['a']);
  t.true(await one.catchUp());
  const before = one.position();
  await started.meddler.flushall();
  await other.invalidate(['b']); // the new log is as long as the old one
  t.true(await one.catchUp());
  t.false(one.isCurrent(before, ['b']));
  t.false(one.isCurrent(before, ['c']));
});

test('nothing is current before a log is known', async (t) => {
  using opened = openRedisLog({ urls: ['redis://127.0.0.1:1'] });
  const { log } = opened;
  t.false(await log.catchUp());
  t.false(log.isCurrent(log.position(), []));
});

test('a Redis that is killed cannot be told from, at once, and is again soon after it is back', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  const { redis } = started;
  using shared = openRedisLogs({ urls: [redis.url], keyPrefix });
  const [one, other] = [await shared.join(), await shared.join()];
  const before = one.position();
  await redis.kill();
  while (one.catchUp() !== false) await sleep(1); // until the broken connection is noticed
  const startedMs = performance.now();
  for (let round = 0; round < 1_000; round += 1) t.is(one.catchUp(), false);
  await t.throwsAsync(one.invalidate(['a']), {
    code: 'DOWNSTREAM_SERVICE_ERROR',
    message: /check that Redis answers/,
  });
  t.true(performance.now() - startedMs < 10_000);
  await sleep(3_000); // attempts become rare
  await redis.start();
  const times = await Promise.all([timeUntilCaughtUp(one), timeUntilCaughtUp(other)]);
  t.true(Math.max(...times) < backWithinMs, `${times}`);
  t.false(one.isCurrent(before, ['c']), 'the log began anew');
  const since = one.position();
  await other.invalidate(['a']);
  t.true(await one.catchUp());
  t.false(one.isCurrent(since, ['a']));
});

test('a Redis that hangs costs the deadline a few times, then nothing, until it answers', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  const { redis } = started;
  using shared = openRedisLogs({ urls: [redis.url], keyPrefix, timeoutMs: 100 });
  const [one, other] = [await shared.join(), await shared.join()];
  const before = one.position();
  redis.pause();
  t.teardown(() => redis.resume());
  const startedMs = performance.now();
  const answers = await Promise.all(Array.from({ length: 200 }, () => one.catchUp()));
  const waitedMs = performance.now() - startedMs;
  t.true(answers.every((answer) => !answer));
  t.true(waitedMs > 90 && waitedMs < 2_000, `${waitedMs} ms`);
  for (let round = 0; round < 10 && one.catchUp() !== false; round += 1) await one.catchUp();
  t.is(one.catchUp(), false, 'it is not tried any more');
  await t.throwsAsync(one.invalidate(['a']), { code: 'DOWNSTREAM_SERVICE_ERROR' });
  redis.resume();
  const times = await Promise.all([timeUntilCaughtUp(one), timeUntilCaughtUp(other)]);
  t.true(Math.max(...times) < backWithinMs, `${times}`);
  t.true(one.isCurrent(before, ['c']), 'it is the same log');
});

test('a Redis that is full refuses an invalidation, and is read as before', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  using shared = openRedisLogs({ urls: [started.redis.url], keyPrefix });
  const [one, other] = [await shared.join(), await shared.join()];
  const since = one.position();
  await one.invalidate(['a']);
  await started.meddler.config('SET', 'maxmemory', '1');
  const refused = { code: 'DOWNSTREAM_SERVICE_ERROR', message: /can be written to/ };
  for (let round = 0; round < 10; round += 1) {
    await t.throwsAsync(one.invalidate(['b']), refused);
    t.true(await other.catchUp());
  }
  t.false(other.isCurrent(since, ['a']));
  t.true(other.isCurrent(since, ['b']));
  await started.meddler.config('SET', 'maxmemory', '0');
  await one.invalidate(['b']);
  t.true(await other.catchUp());
  t.false(other.isCurrent(since, ['b']));
  t.true(other.isCurrent(since, ['c']), 'it is the same log');
});

test('a new process reads a long log in parts', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  using shared = openRedisLogs({ urls: [started.redis.url], keyPrefix, tagsMax: 50_000 });
  const writer = await shared.join();
  const since = writer.position();
  const tags = Array.from({ length: 20_000 }, (_, index) => `tag ${index}`);
  await writer.invalidate(tags);
  const late = await shared.join();
  t.true(tags.every((tag) => !late.isCurrent(since, [tag])));
  t.true(late.isCurrent(since, ['other']));
  t.true(late.isCurrent(late.position(), tags));
});

test('whoever asks in one turn shares one command', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  using shared = openRedisLogs({ urls: [started.redis.url], keyPrefix });
  const log = await shared.join();
  const count = async (): Promise<number> =>
    Number(/cmdstat_evalsha:calls=(\d+)/.exec(await started.meddler.info('commandstats'))?.[1]);
  const before = await count();
  await Promise.all(Array.from({ length: 100 }, () => log.catchUp()));
  t.is((await count()) - before, 1);
});

test('whoever asks while the log is read is not served by that reading', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  await using proxy = await startHoldingProxy(started.redis.url);
  using slow = openRedisLog({ urls: [proxy.url], keyPrefix });
  using quick = openRedisLog({ urls: [started.redis.url], keyPrefix });
  await Promise.all([slow.connected(), quick.connected()]);
  const since = slow.log.position();
  proxy.hold();
  const first = slow.log.catchUp();
  await proxy.held();
  await quick.log.invalidate(['a']);
  const second = slow.log.catchUp();
  proxy.release();
  t.true(await first);
  t.true(await second);
  t.false(slow.log.isCurrent(since, ['a']));
});

test('a script that the server has forgotten is sent again', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  using shared = openRedisLogs({ urls: [started.redis.url], keyPrefix });
  const log = await shared.join();
  const since = log.position();
  await started.meddler.script('FLUSH');
  await log.invalidate(['a']);
  await started.meddler.script('FLUSH');
  t.true(await log.catchUp());
  t.false(log.isCurrent(since, ['a']));
});

test('a replica is not believed, and begins a new log when it takes over', async (t) => {
  const started = await startRedis(t);
  if (started === undefined) return;
  const { redis, meddler } = started;
  const other = await startRedis(t, ['--replicaof', '127.0.0.1', String(redis.port)]);
  if (other === undefined) return;
  using master = openRedisLogs({ urls: [redis.url], keyPrefix });
  const log = await master.join();
  await log.invalidate(['a']);
  t.true(await log.catchUp());
  const before = log.position();
  using replica = openRedisLog({ urls: [other.redis.url], keyPrefix });
  while (!(await other.meddler.info('replication')).includes('master_link_status:up')) {
    await sleep(20);
  }
  while ((await other.meddler.exists(stateKey)) === 0) await sleep(20);
  for (let round = 0; round < 20; round += 1) {
    t.false(await replica.log.catchUp());
    await sleep(10);
  }
  other.redis.pause();
  await log.invalidate(['b']); // the replica never hears of it
  await redis.kill();
  other.redis.resume();
  await other.meddler.replicaof('NO', 'ONE');
  t.true((await timeUntilCaughtUp(replica.log)) < backWithinMs);
  t.is(Number(await other.meddler.hget(stateKey, 'sequence')), 0);
  t.false(replica.log.isCurrent(before, ['b']));
  t.false(replica.log.isCurrent(before, ['c']));
  meddler.disconnect();
});
