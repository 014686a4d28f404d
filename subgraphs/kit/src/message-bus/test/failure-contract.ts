import type { TestFn } from 'ava';
import type { DeadLetter, MessageBus } from '../message-bus.ts';
import { PermanentFailure } from '../permanent-failure.ts';
import { type BusUnderTest, newMessage, testRetryDelaysMs } from './bus-under-test.ts';
import { eventually, ReceivedMessages } from './received-messages.ts';

/** How much later than its time a retry may start. */
const retryToleranceMs = 1_500;

/** What becomes of messages whose handler fails. */
export function testFailures(test: TestFn, on: BusUnderTest): void {
  test('a failed message is tried again after each pause', async (t) => {
    await using bus = await on.open();
    const topic = on.newTopic();
    const received = new ReceivedMessages();
    await bus.consume({
      queue: on.newQueue(),
      types: [topic],
      retryDelaysMs: testRetryDelaysMs,
      handler: received.handler(async (_, { attempt }) => {
        if (attempt < 4) throw new Error(`attempt ${attempt} fails`);
      }),
    });
    await bus.publish([newMessage(topic)]);
    await received.untilCount(4);
    t.deepEqual(
      received.all.map(({ attempt }) => attempt),
      [1, 2, 3, 4],
    );
    for (const [index, delayMs] of testRetryDelaysMs.entries()) {
      const pause = (received.all[index + 1]?.atMs ?? 0) - (received.all[index]?.atMs ?? 0);
      t.true(pause >= delayMs - 5, `pause ${index + 1} was ${pause} ms instead of ${delayMs}`);
      t.true(pause < delayMs + retryToleranceMs, `pause ${index + 1} was ${pause} ms`);
    }
  });

  test('a message that fails every time becomes a dead letter with reason and count', async (t) => {
    await using bus = await on.open();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const message = newMessage(topic, { order: 'o-1' });
    const before = Date.now();
    await bus.consume({
      queue,
      types: [topic],
      retryDelaysMs: [100, 200],
      handler: () => Promise.reject(new TypeError('no such order')),
    });
    await bus.publish([message]);
    const [letter] = await untilDead(bus, queue, 1);
    t.like(letter, { queue, message, reason: 'TypeError: no such order', attempts: 3 });
    t.true((letter?.failedAt.getTime() ?? 0) >= before);
  });

  test('a permanent failure is a dead letter at once', async (t) => {
    await using bus = await on.open();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const received = new ReceivedMessages();
    const handler = received.handler(() =>
      Promise.reject(new PermanentFailure('the currency is unknown')),
    );
    await bus.consume({ queue, types: [topic], handler });
    await bus.publish([newMessage(topic)]);
    const [letter] = await untilDead(bus, queue, 1);
    t.like(letter, { reason: 'PermanentFailure: the currency is unknown', attempts: 1 });
    t.is(received.all.length, 1);
  });

  test('a handler past its deadline is aborted, and the attempt has failed', async (t) => {
    await using bus = await on.open();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const signals: AbortSignal[] = [];
    await bus.consume({
      queue,
      types: [topic],
      handlerTimeoutMs: 100,
      retryDelaysMs: [100],
      handler: (_, { signal }) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    });
    await bus.publish([newMessage(topic)]);
    const [letter] = await untilDead(bus, queue, 1);
    t.regex(letter?.reason ?? '', /longer than 100 ms/);
    t.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, true],
    );
  });

  test('one bad message does not hold up the others', async (t) => {
    await using bus = await on.open();
    const topic = on.newTopic();
    const received = new ReceivedMessages();
    const [bad, ...good] = Array.from({ length: 20 }, () => newMessage(topic));
    await bus.consume({
      queue: on.newQueue(),
      types: [topic],
      prefetchMax: 1,
      retryDelaysMs: [16_000],
      handler: async (message, delivery) => {
        if (message.id === bad?.id) throw new Error('bad');
        received.note(message, delivery);
      },
    });
    await bus.publish([bad, ...good].filter((message) => message !== undefined));
    await received.untilCount(19);
    t.deepEqual(received.ids.sort(), good.map(({ id }) => id).sort());
  });

  test('dead letters are listed by the page, oldest first', async (t) => {
    await using bus = await on.open();
    const { queue, letters } = await kill(bus, on, 5);
    const pages: (readonly DeadLetter[])[] = [];
    for (let after: string | undefined, isFirst = true; isFirst || after; isFirst = false) {
      const page = await bus.deadLetters.list({ queue, limit: 2, ...(after && { after }) });
      pages.push(page.items);
      after = page.after;
    }
    t.deepEqual(
      pages.map((page) => page.length),
      [2, 2, 1],
    );
    t.deepEqual(pages.flat(), letters);
    const times = letters.map(({ failedAt }) => failedAt.getTime());
    t.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    const wrong = bus.deadLetters.list({ queue, limit: 501 });
    await t.throwsAsync(wrong, { code: 'BAD_USER_INPUT' });
  });

  test('chosen dead letters are replayed into their queue as first attempts', async (t) => {
    await using bus = await on.open();
    const { queue, topic, letters, consumer } = await kill(bus, on, 3);
    await consumer.close();
    const ids = letters.slice(0, 2).map(({ message }) => message.id);
    const received = new ReceivedMessages();
    const other = new ReceivedMessages();
    await bus.consume({ queue, types: [topic], handler: received.handler() });
    await bus.consume({ queue: on.newQueue(), types: [topic], handler: other.handler() });
    t.is(await bus.deadLetters.replay({ queue, ids }), 2);
    await received.untilCount(2);
    t.deepEqual(received.ids.sort(), ids.sort());
    t.deepEqual(
      received.all.map(({ attempt }) => attempt),
      [1, 1],
    );
    t.is(other.all.length, 0, 'a replay is for one queue alone');
    const left = await bus.deadLetters.list({ queue });
    t.deepEqual(left.items, letters.slice(2));
    t.is(await bus.deadLetters.replay({ queue, ids }), 0);
  });

  test('all dead letters are replayed once, though they die again', async (t) => {
    await using bus = await on.open();
    const { queue } = await kill(bus, on, 4);
    t.is(await bus.deadLetters.replay({ queue, ids: 'all' }), 4);
    await untilDead(bus, queue, 4);
  });

  test('dead letters are discarded, chosen ones or all', async (t) => {
    await using bus = await on.open();
    const { queue, letters } = await kill(bus, on, 3);
    const ids = letters.slice(0, 1).map(({ message }) => message.id);
    t.is(await bus.deadLetters.discard({ queue, ids }), 1);
    t.deepEqual((await bus.deadLetters.list({ queue })).items, letters.slice(1));
    t.is(await bus.deadLetters.discard({ queue, ids: 'all' }), 2);
    t.deepEqual(await bus.deadLetters.list({ queue }), { items: [], after: undefined });
  });

  test('dead letters of a queue that does not exist are an error', async (t) => {
    await using bus = await on.open();
    const refused = { code: 'BAD_USER_INPUT', message: /no queue nowhere/ };
    await t.throwsAsync(bus.deadLetters.list({ queue: 'nowhere' }), refused);
    await t.throwsAsync(bus.deadLetters.replay({ queue: 'nowhere', ids: 'all' }), refused);
    await t.throwsAsync(bus.deadLetters.discard({ queue: 'nowhere', ids: 'all' }), refused);
  });
}

async function kill(bus: MessageBus, on: BusUnderTest, count: number) {
  const [queue, topic] = [on.newQueue(), on.newTopic()];
  const consumer = await bus.consume({
    queue,
    types: [topic],
    prefetchMax: 1,
    handler: () => Promise.reject(new PermanentFailure('bad')),
  });
  for (let index = 0; index < count; index += 1) await bus.publish([newMessage(topic, { index })]);
  return { queue, topic, consumer, letters: await untilDead(bus, queue, count) };
}

function untilDead(bus: MessageBus, queue: string, count: number): Promise<readonly DeadLetter[]> {
  return eventually(async () => {
    const { items } = await bus.deadLetters.list({ queue });
    return items.length === count ? items : undefined;
  });
}
