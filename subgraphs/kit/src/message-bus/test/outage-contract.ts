import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CuttableProxy } from '@plaza/pub-sub/test-kit/cuttable-proxy';
import type { TestFn } from 'ava';
import { openMessageBus } from '../open-message-bus.ts';
import { type BusUnderTest, newMessage } from './bus-under-test.ts';
import { eventually, ReceivedMessages } from './received-messages.ts';

/** Messages whose way through the bus is timed. */
const throughputMessages = 10_000;
const consumerProcess = fileURLToPath(new URL('consumer-process.js', import.meta.url));

/** What survives the loss of a process or of the server, and how fast it all is. */
export function testOutages(test: TestFn, on: BusUnderTest): void {
  test('a message whose consumer is killed is delivered again', async (t) => {
    await using bus = await on.open();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const child = startConsumer(on, { queue, topic, manner: 'hold' });
    t.is(await child.nextLine(), 'ready');
    const message = newMessage(topic);
    await bus.publish([message]);
    t.is(await child.nextLine(), 'got it');
    const received = new ReceivedMessages();
    await bus.consume({ queue, types: [topic], handler: received.handler() });
    t.is(received.all.length, 0, 'the claim of the living child holds');
    const killedAt = performance.now();
    await child.kill();
    await received.untilCount(1);
    t.deepEqual(received.ids, [message.id]);
    print(
      `${on.name}: delivered again ${Math.round(performance.now() - killedAt)} ms after the kill`,
    );
  });

  test('a message that kills its consumers becomes a dead letter', async (t) => {
    await using bus = await on.open();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    await bus.declareQueue({ queue, types: [topic] });
    const message = newMessage(topic);
    await bus.publish([message]);
    for (let death = 1; death <= 2; death += 1) {
      const child = startConsumer(on, { queue, topic, manner: 'die' });
      t.is(await child.exited, 'SIGKILL');
    }
    const letter = await eventually(async () => {
      const { items } = await bus.deadLetters.list({ queue });
      return items[0];
    });
    t.deepEqual(letter.message, message);
    t.regex(letter.reason, /never answered/);
    t.is(letter.attempts, 2);
  });

  test('publish waits through an outage and consumers come back', async (t) => {
    const { proxy, url } = await CuttableProxy.inFrontOf(on.url);
    await using _door = proxy;
    await using bus = await openMessageBus(url, on.options);
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const received = new ReceivedMessages();
    await bus.consume({ queue, types: [topic], handler: received.handler() });
    await bus.publish([newMessage(topic)]);
    await received.untilCount(1);
    proxy.cut();
    const published = bus.publish([newMessage(topic)]);
    setTimeout(() => proxy.restore(), 300);
    await published;
    await received.untilCount(2, { distinct: true });
    await bus.checkReady();
    t.is(new Set(received.ids).size, 2);
  });

  test('a handler that ends during an outage has its message handled again at worst', async (t) => {
    const { proxy, url } = await CuttableProxy.inFrontOf(on.url);
    await using _door = proxy;
    await using bus = await openMessageBus(url, on.options);
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const received = new ReceivedMessages();
    const mayEnd = Promise.withResolvers<void>();
    const handler = received.handler(() => mayEnd.promise);
    await bus.consume({ queue, types: [topic], handler });
    await bus.publish([newMessage(topic)]);
    await received.untilCount(1);
    proxy.cut();
    mayEnd.resolve();
    setTimeout(() => proxy.restore(), 300);
    await bus.publish([newMessage(topic)]);
    await received.untilCount(2, { distinct: true });
    const { items } = await bus.deadLetters.list({ queue });
    t.deepEqual(items, []);
  });

  test('publish during a longer outage is rejected at its deadline', async (t) => {
    const { proxy, url } = await CuttableProxy.inFrontOf(on.url);
    await using _door = proxy;
    await using bus = await openMessageBus(url, { ...on.options, publishTimeoutMs: 400 });
    const topic = on.newTopic();
    await bus.declareQueue({ queue: on.newQueue(), types: [topic] });
    proxy.cut();
    const startedAt = performance.now();
    await t.throwsAsync(bus.publish([newMessage(topic)]), {
      code: 'DOWNSTREAM_SERVICE_ERROR',
      message: /within 400 ms/,
    });
    t.true(performance.now() - startedAt < 2_000);
    proxy.restore();
  });

  test('a bus whose server is not there does not open', async (t) => {
    const { proxy, url } = await CuttableProxy.inFrontOf(on.url);
    await using _door = proxy;
    proxy.cut();
    const opening = openMessageBus(url, { ...on.options, connectTimeoutMs: 400 });
    await t.throwsAsync(opening, { code: 'DOWNSTREAM_SERVICE_ERROR' });
  });

  test(`${throughputMessages} messages pass`, async (t) => {
    await using bus = await on.open();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const received = new ReceivedMessages();
    await bus.declareQueue({ queue, types: [topic] });
    const startedAt = performance.now();
    for (let sent = 0; sent < throughputMessages; sent += 500) {
      await bus.publish(Array.from({ length: 500 }, () => newMessage(topic)));
    }
    const publishedAt = performance.now();
    const handler = received.handler();
    await bus.consume({ queue, types: [topic], prefetchMax: 100, handler });
    await received.untilCount(throughputMessages, { distinct: true });
    const endedAt = performance.now();
    const perSecond = (fromMs: number, toMs: number): number =>
      Math.round(throughputMessages / ((toMs - fromMs) / 1_000));
    print(`${on.name}: published ${perSecond(startedAt, publishedAt)} messages/s`);
    print(`${on.name}: consumed ${perSecond(publishedAt, endedAt)} messages/s by one consumer`);
    t.is(received.all.length, throughputMessages);
  });
}

/** A figure for the reader of the test run, not an expectation. */
function print(line: string): void {
  process.stderr.write(`  ${line}\n`);
}

function startConsumer(
  on: BusUnderTest,
  { queue, topic, manner }: { queue: string; topic: string; manner: 'hold' | 'die' },
) {
  const { log: _, ...options } = on.options;
  const args = [consumerProcess, on.url, JSON.stringify(options), queue, topic, manner];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'exit').then(([code, signal]) => signal ?? code);
  return {
    exited,
    nextLine: async (): Promise<string | undefined> => (await lines.next()).value,
    kill: async (): Promise<void> => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
