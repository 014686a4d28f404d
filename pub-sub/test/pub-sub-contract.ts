import { randomBytes } from 'node:crypto';
import type { TestFn } from 'ava';
import { openPubSub } from '../src/open-pub-sub.ts';
import type { PubSub, PubSubLog, Subscription } from '../src/pub-sub.ts';
import { type OpenDoor, openServerDoor } from './server-door.ts';

/** How long a test waits for one announcement. */
const patienceMs = 10_000;
const log: PubSubLog = { debug: () => undefined, warn: () => undefined };

/** The tests that every implementation of PubSub must pass, against a real server. */
export function testPubSubContract(
  test: TestFn,
  url: string,
  openDoor: OpenDoor = openServerDoor,
): void {
  const open = (): Promise<PubSub> => openPubSub(url, { log });

  test('every listener of a topic hears an announcement, in every process', async (t) => {
    await using here = await open();
    await using there = await open();
    const topic = newTopic();
    const listeners = await Promise.all([
      here.subscribe(topic),
      here.subscribe(topic),
      there.subscribe(topic),
    ]);
    const payload = { seat: 'B-12', state: 'held', note: 'Ñandú "5"', nothing: null, n: 1.5 };
    await there.publish(topic, payload);
    for (const listener of listeners) t.deepEqual(await next(listener), payload);
  });

  test('a listener hears its own topic only, whatever the names look like', async (t) => {
    await using pubSub = await open();
    const topic = newTopic();
    const others = [`${topic}x`, topic.toUpperCase(), `${topic} "quoted"; --`, `${topic}.é✓`];
    const wanted = others.at(-1) ?? '';
    const listener = await pubSub.subscribe(wanted);
    for (const other of [topic, ...others]) await pubSub.publish(other, other);
    t.is(await next(listener), wanted);
  });

  test('announcements of one process arrive in order', async (t) => {
    await using pubSub = await open();
    const topic = newTopic();
    const listener = await pubSub.subscribe(topic, { bufferMax: 1_000 });
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    await Promise.all(numbers.map((number) => pubSub.publish(topic, number)));
    const heard: unknown[] = [];
    for await (const payload of listener) {
      heard.push(payload);
      if (heard.length === numbers.length) break;
    }
    t.deepEqual(heard, numbers);
  });

  test('a closed subscription ends its loop and leaves the others', async (t) => {
    await using pubSub = await open();
    const topic = newTopic();
    const [closed, aborted, kept] = await Promise.all([
      pubSub.subscribe(topic),
      pubSub.subscribe(topic, { signal: AbortSignal.abort() }),
      pubSub.subscribe(topic),
    ]);
    await closed.close();
    await pubSub.publish(topic, 1);
    t.deepEqual(await all(closed), []);
    t.deepEqual(await all(aborted), []);
    t.is(await next(kept), 1);
    await kept.close();
    await using again = await pubSub.subscribe(topic);
    await pubSub.publish(topic, 2);
    t.is(await next(again), 2);
  });

  test('topics can be left and entered again at once', async (t) => {
    await using pubSub = await open();
    const topic = newTopic();
    for (let round = 0; round < 20; round += 1) {
      const former = await pubSub.subscribe(topic);
      const [, current] = await Promise.all([former.close(), pubSub.subscribe(topic)]);
      await pubSub.publish(topic, round);
      t.is(await next(current), round);
      await current.close();
    }
  });

  test('a slow listener loses its oldest announcements', async (t) => {
    await using pubSub = await open();
    const topic = newTopic();
    const slow = await pubSub.subscribe(topic, { bufferMax: 2 });
    const quick = await pubSub.subscribe(topic);
    for (const number of [1, 2, 3, 4]) await pubSub.publish(topic, number);
    for (const number of [1, 2, 3, 4]) t.is(await next(quick), number);
    t.is(await next(slow), 3);
    t.is(slow.dropped, 2);
  });

  test('announcements past the limits are refused', async (t) => {
    await using pubSub = await open();
    const topic = newTopic();
    const large = { text: 'é'.repeat(3_750) };
    await t.throwsAsync(pubSub.publish(topic, large), { code: 'PAYLOAD_TOO_LARGE' });
    const listener = await pubSub.subscribe(topic);
    const allowed = { text: 'é'.repeat(3_700) };
    await pubSub.publish(topic, allowed);
    t.deepEqual(await next(listener), allowed);
    const refused = { code: 'BAD_USER_INPUT' };
    await t.throwsAsync(pubSub.publish('', 1), refused);
    await t.throwsAsync(pubSub.publish('x'.repeat(201), 1), refused);
    await t.throwsAsync(pubSub.publish(topic, undefined), refused);
    await t.throwsAsync(pubSub.subscribe(topic, { bufferMax: 0 }), refused);
  });

  test('after an outage a listener is told of the gap and hears again', async (t) => {
    await using door = await openDoor(url);
    await using pubSub = await openPubSub(door.url, { log, publishTimeoutMs: 5_000 });
    await using outside = await open();
    const [topic, other] = [newTopic(), newTopic()];
    const gaps: string[] = [];
    const first = await pubSub.subscribe(topic, { onGap: () => gaps.push('first') });
    const second = await pubSub.subscribe(other, { onGap: () => gaps.push('second') });
    door.cut();
    await outside.publish(topic, 'nobody hears this');
    door.restore();
    await eventually(async () => (gaps.length === 2 ? true : undefined));
    await outside.publish(topic, 'heard');
    await pubSub.publish(other, 'heard too');
    t.is(await next(first), 'heard');
    t.is(await next(second), 'heard too');
    t.deepEqual(gaps.toSorted(), ['first', 'second']);
  });

  test('calls during an outage are rejected at their deadline', async (t) => {
    await using door = await openDoor(url);
    await using pubSub = await openPubSub(door.url, { log, publishTimeoutMs: 200 });
    door.cut();
    const away = { code: 'DOWNSTREAM_SERVICE_ERROR' };
    const startedAt = performance.now();
    await t.throwsAsync(pubSub.publish(newTopic(), 1), away);
    await t.throwsAsync(pubSub.subscribe(newTopic()), away);
    await t.throwsAsync(pubSub.checkReady(), away);
    t.true(performance.now() - startedAt < 3_000);
    door.restore();
    await eventually(() =>
      pubSub.checkReady().then(
        () => true,
        () => undefined,
      ),
    );
    const late = openPubSub(door.url, { log, connectTimeoutMs: 200 });
    await t.notThrowsAsync(late.then((opened) => opened.close()));
    door.cut();
    await t.throwsAsync(openPubSub(door.url, { log, connectTimeoutMs: 200 }), away);
  });

  test('a closed pub-sub ends its subscriptions and refuses calls', async (t) => {
    const pubSub = await open();
    const listener = await pubSub.subscribe(newTopic());
    await pubSub.close();
    await pubSub.close();
    t.deepEqual(await all(listener), []);
    const closed = { code: 'DOWNSTREAM_SERVICE_ERROR', message: /closed/ };
    await t.throwsAsync(pubSub.publish(newTopic(), 1), closed);
    await t.throwsAsync(pubSub.subscribe(newTopic()), closed);
  });
}

function newTopic(): string {
  return `order:${randomBytes(6).toString('hex')}`;
}

async function next(subscription: Subscription): Promise<unknown> {
  const timer = setTimeout(() => void subscription.close(), patienceMs);
  const { value } = await subscription[Symbol.asyncIterator]().next();
  clearTimeout(timer);
  return value;
}

async function all(subscription: Subscription): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of subscription) values.push(value);
  return values;
}

/** Asks until it is so; fails the test after `patienceMs`. For what cannot be awaited. */
async function eventually(ask: () => Promise<true | undefined>): Promise<void> {
  const endsAt = performance.now() + patienceMs;
  while (!(await ask())) {
    if (performance.now() > endsAt) throw new Error(`It did not happen in ${patienceMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
