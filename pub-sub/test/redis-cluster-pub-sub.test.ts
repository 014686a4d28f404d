import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type TestFn } from 'ava';
import { Redis } from 'ioredis';
import { channelOf } from '../src/announcement.ts';
import { openPubSub } from '../src/open-pub-sub.ts';
import type { Subscription } from '../src/pub-sub.ts';
import { startOwnRedisCluster } from '../src/test-kit/own-redis-cluster.ts';
import { testPubSubContract } from './pub-sub-contract.ts';
import { openClusterDoor } from './server-door.ts';

const log = { debug: () => undefined, warn: () => undefined };
const patienceMs = 60_000;

function newTopics(count: number): string[] {
  return Array.from({ length: count }, () => `one:${randomBytes(6).toString('hex')}`);
}

async function next(subscription: Subscription): Promise<unknown> {
  const timer = setTimeout(() => void subscription.close(), patienceMs);
  const { value } = await subscription[Symbol.asyncIterator]().next();
  clearTimeout(timer);
  return value;
}

/** Asks until it is so; fails the test after `patienceMs`. */
async function eventually(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const endsAt = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > endsAt) throw new Error(`It did not happen in ${patienceMs} ms`);
    await sleep(50);
  }
}

const shared = await startOwnRedisCluster();
if ('missing' in shared) {
  test.skip(`a Redis cluster carries announcements (${shared.missing})`, (t) => t.pass());
} else {
  const urls = shared.urls.join(',');
  test.after.always(() => shared[Symbol.asyncDispose]());
  testPubSubContract(test.serial as TestFn, urls, openClusterDoor);

  test.serial('one node of a cluster that answers is enough, and means the same', async (t) => {
    await using whole = await openPubSub(`redis://127.0.0.1:1,${urls}`, { log });
    await using part = await openPubSub(shared.urls[1] ?? '', { log });
    const topics = newTopics(20);
    const subscriptions = await Promise.all(topics.map((topic) => part.subscribe(topic)));
    await Promise.all(topics.map((topic) => whole.publish(topic, topic)));
    t.deepEqual(await Promise.all(subscriptions.map(next)), topics);
  });

  test.serial('what is announced during an outage is late or lost, and in order', async (t) => {
    await using door = await openClusterDoor(urls);
    await using speaker = await openPubSub(door.url, { log });
    await using pubSub = await openPubSub(urls, { log });
    const [topic = ''] = newTopics(1);
    const subscription = await pubSub.subscribe(topic, { bufferMax: 1_000 });
    const sent: Promise<unknown>[] = [];
    for (let number = 0; number < 300; number += 1) {
      if (number === 100) door.cut();
      if (number === 200) door.restore();
      sent.push(speaker.publish(topic, number).catch(() => undefined));
      await sleep(2);
    }
    await Promise.all(sent);
    await pubSub.publish(topic, 'end');
    const heard: unknown[] = [];
    for (let value = await next(subscription); value !== 'end'; value = await next(subscription)) {
      heard.push(value);
    }
    t.true(heard.length > 50, `${heard.length}`);
    t.deepEqual(
      heard,
      heard.toSorted((a, b) => Number(a) - Number(b)),
    );
  });

  test.serial('a node is told of its own topics alone, each once for a process', async (t) => {
    await using pubSub = await openPubSub(urls, { log });
    const topics = newTopics(30);
    const listeners = await Promise.all(
      [...topics, ...topics].map((topic) => pubSub.subscribe(topic)),
    );
    const counts = await Promise.all(
      shared.nodes.map(async ({ url }) => {
        const node = new Redis(url);
        t.teardown(() => node.disconnect());
        const names = topics.map(channelOf);
        const sharded = (await node.call('PUBSUB', 'SHARDNUMSUB', ...names)) as unknown[];
        const plain = (await node.call('PUBSUB', 'NUMSUB', ...names)) as unknown[];
        t.true(plain.filter((_, index) => index % 2 === 1).every((count) => count === 0));
        return sharded.reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : 0), 0);
      }),
    );
    t.is(
      counts.reduce((sum, count) => sum + count, 0),
      topics.length,
    );
    t.true(
      counts.every((count) => count > 0 && count < topics.length),
      counts.join(),
    );
    await Promise.all(listeners.map((listener) => listener.close()));
    // Nobody listens, so no connection is kept for it.
    await eventually(async () => (await countListeners(shared.urls)) === 0);
  });
}

async function countListeners(urls: readonly string[]): Promise<number> {
  const counts = await Promise.all(
    urls.map(async (url) => {
      const node = new Redis(url);
      const list = String(await node.client('LIST'));
      node.disconnect();
      return list.split('\n').filter((line) => /cmd=s(un)?subscribe/.test(line)).length;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

test.serial(
  'a replica that takes over is a gap for its topics, which are heard again',
  async (t) => {
    const cluster = await startOwnRedisCluster({ hasReplica: true });
    if ('missing' in cluster) {
      t.pass(cluster.missing);
      return;
    }
    await using _cluster = cluster;
    const urls = cluster.urls.join(',');
    await using here = await openPubSub(urls, { log, publishTimeoutMs: 10_000 });
    await using there = await openPubSub(urls, { log, publishTimeoutMs: 10_000 });
    const topics = newTopics(60);
    const gaps = new Set<string>();
    const subscriptions = await Promise.all(
      topics.map((topic) => here.subscribe(topic, { onGap: () => gaps.add(topic) })),
    );
    const lost = await topicsOfFirstNode(cluster.urls, topics);
    await cluster.nodes[0]?.kill();
    await Promise.all(topics.map((topic) => there.publish(topic, `${topic} 1`)));
    await eventually(() => lost.every((topic) => gaps.has(topic)));
    const heard = await Promise.all(
      topics.map(async (topic, index) => {
        const subscription = subscriptions[index];
        if (subscription === undefined) return undefined;
        // What was announced in the gap may be lost; what is announced after it is not.
        await there.publish(topic, `${topic} 2`);
        let value = await next(subscription);
        if (value === `${topic} 1`) value = await next(subscription);
        return value;
      }),
    );
    t.deepEqual(
      heard,
      topics.map((topic) => `${topic} 2`),
    );
    t.true(lost.length > 0 && lost.length < topics.length);
    t.deepEqual([...gaps].toSorted(), lost.toSorted(), 'other nodes have lost nothing');
  },
);

async function topicsOfFirstNode(
  [url = '']: readonly string[],
  topics: readonly string[],
): Promise<readonly string[]> {
  const node = new Redis(url);
  const slots = await Promise.all(topics.map((topic) => node.cluster('KEYSLOT', channelOf(topic))));
  node.disconnect();
  return topics.filter((_, index) => Number(slots[index]) < 16_384 / 3 - 1);
}

test.serial(
  'a node that hangs is a gap for its topics, which its replica carries on',
  async (t) => {
    const cluster = await startOwnRedisCluster({ hasReplica: true });
    if ('missing' in cluster) {
      t.pass(cluster.missing);
      return;
    }
    await using _cluster = cluster;
    await using pubSub = await openPubSub(cluster.urls.join(','), {
      log,
      publishTimeoutMs: 20_000,
    });
    const topics = newTopics(30);
    const gaps = new Set<string>();
    const subscriptions = await Promise.all(
      topics.map((topic) => pubSub.subscribe(topic, { onGap: () => gaps.add(topic) })),
    );
    const lost = await topicsOfFirstNode(cluster.urls, topics);
    cluster.nodes[0]?.pause();
    await eventually(() => lost.every((topic) => gaps.has(topic)));
    cluster.nodes[0]?.resume();
    await Promise.all(topics.map((topic) => pubSub.publish(topic, topic)));
    t.deepEqual(await Promise.all(subscriptions.map(next)), topics);
  },
);

test.serial('slots that move to another node are a gap for their topics', async (t) => {
  const cluster = await startOwnRedisCluster();
  if ('missing' in cluster) {
    t.pass(cluster.missing);
    return;
  }
  await using _cluster = cluster;
  const urls = cluster.urls.join(',');
  await using pubSub = await openPubSub(urls, { log });
  const [moving = '', staying = ''] = newTopics(2);
  const gaps: string[] = [];
  const [subscription] = await Promise.all(
    [moving, staying].map((topic) =>
      pubSub.subscribe(topic, { onGap: () => void gaps.push(topic) }),
    ),
  );
  await moveSlot(cluster.urls, channelOf(moving));
  await eventually(() => gaps.includes(moving));
  await pubSub.publish(moving, 'heard');
  t.is(subscription && (await next(subscription)), 'heard');
});

/** Gives the slot of a channel to a node that does not have it. */
async function moveSlot(urls: readonly string[], channel: string): Promise<void> {
  const nodes = urls.map((url) => new Redis(url));
  try {
    const slot = Number(await nodes[0]?.cluster('KEYSLOT', channel));
    const ids = await Promise.all(nodes.map((node) => node.call('CLUSTER', 'MYID')));
    const slots = (await nodes[0]?.cluster('SLOTS')) ?? [];
    const [, , owner] = slots.find(([from, to]) => from <= slot && slot <= to) ?? [];
    const target = ids.find((id) => id !== owner?.[2]);
    for (const node of nodes) {
      await node.call('CLUSTER', 'SETSLOT', String(slot), 'NODE', String(target));
    }
  } finally {
    for (const node of nodes) node.disconnect();
  }
}
