import { randomBytes } from 'node:crypto';
import test, { type TestFn } from 'ava';
import { Redis } from 'ioredis';
import { channelOf } from '../src/announcement.ts';
import { openPubSub } from '../src/open-pub-sub.ts';
import { findRedis } from '../src/test-kit/find-redis.ts';
import { testPubSubContract } from './pub-sub-contract.ts';

const server = await findRedis();
if ('missing' in server) {
  test.skip(`Redis carries announcements (${server.missing})`, (t) => t.pass());
} else {
  testPubSubContract(test.serial as TestFn, server.url);
  test.serial('Redis sends a topic once to a process, however many listen there', async (t) => {
    const log = { debug: () => undefined, warn: () => undefined };
    await using pubSub = await openPubSub(server.url, { log });
    const topic = `one:${randomBytes(6).toString('hex')}`;
    const listeners = await Promise.all(Array.from({ length: 50 }, () => pubSub.subscribe(topic)));
    const redis = new Redis(server.url);
    t.teardown(() => redis.disconnect());
    t.is((await redis.pubsub('NUMSUB', channelOf(topic)))[1], 1);
    await Promise.all(listeners.map((listener) => listener.close()));
    t.is((await redis.pubsub('NUMSUB', channelOf(topic)))[1], 0);
  });
  test.serial('several servers that are no cluster are refused', async (t) => {
    const url = `${server.url},${server.url}`;
    const refusal = { code: 'BAD_USER_INPUT', message: /nodes of one Redis cluster/ };
    await t.throwsAsync(openPubSub(url, { log: { debug() {}, warn() {} } }), refusal);
  });
  test.after.always(() => server.stop());
}
