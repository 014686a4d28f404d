import type { TestFn } from 'ava';
import { PermanentFailure } from '../permanent-failure.ts';
import { type BusUnderTest, newMessage } from './bus-under-test.ts';
import { ReceivedMessages } from './received-messages.ts';

/** How messages reach consumers. */
export function testDelivery(test: TestFn, on: BusUnderTest): void {
  test('every queue gets its own copy of a message', async (t) => {
    await using bus = await on.open();
    const topic = on.newTopic();
    const [first, second] = [new ReceivedMessages(), new ReceivedMessages()];
    for (const received of [first, second]) {
      await bus.consume({ queue: on.newQueue(), types: [topic], handler: received.handler() });
    }
    const message = newMessage(topic, { seats: ['A1', 'A2'], total: 12_345 });
    await bus.publish([message]);
    await Promise.all([first.untilCount(1), second.untilCount(1)]);
    t.deepEqual(first.all[0]?.message, message);
    t.deepEqual(second.all[0]?.message, message);
    t.is(first.all[0]?.attempt, 1);
  });

  test('consumers of one queue compete: each message is handled by one of them', async (t) => {
    await using bus = await on.open();
    await using other = await on.open();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const all = new ReceivedMessages();
    const shares = [0, 0];
    for (const [index, owner] of [bus, other].entries()) {
      await owner.consume({
        queue,
        types: [topic],
        prefetchMax: 2,
        handler: all.handler(async () => {
          shares[index] = (shares[index] ?? 0) + 1;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }),
      });
    }
    const messages = Array.from({ length: 100 }, () => newMessage(topic));
    await bus.publish(messages);
    await all.untilCount(100);
    t.deepEqual(all.ids.sort(), messages.map(({ id }) => id).sort());
    t.true(
      shares.every((share) => share > 0),
      `shares ${shares}`,
    );
  });

  test('a pattern takes the topics that fall under it and no others', async (t) => {
    await using bus = await on.open();
    const word = on.newTopic().split('.')[0] ?? '';
    const received = new ReceivedMessages();
    const types = [`${word}.*`, `${word}.refund.#`];
    await bus.consume({ queue: on.newQueue(), types, handler: received.handler() });
    const taken = [`${word}.paid`, `${word}.refund.asked`, `${word}.refund.done.late`];
    const wanted = taken.map((type) => newMessage(type));
    await bus.publish([newMessage(`${word}.paid.twice`), newMessage(`x${word}.paid`), ...wanted], {
      unroutable: 'drop',
    });
    await received.untilCount(3);
    t.deepEqual(received.all.map(({ message }) => message.type).sort(), taken.sort());
  });

  test('messages wait in a declared queue until somebody reads it', async (t) => {
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const message = newMessage(topic);
    {
      await using publisher = await on.open();
      await publisher.declareQueue({ queue, types: [topic] });
      await publisher.declareQueue({ queue, types: [topic] }); // as every process does at start
      await publisher.publish([message]);
    }
    await using bus = await on.open();
    const received = new ReceivedMessages();
    await bus.consume({ queue, types: [topic], handler: received.handler() });
    await received.untilCount(1);
    t.deepEqual(received.ids, [message.id]);
  });

  test('publish says which messages no queue takes, and stores the others', async (t) => {
    await using bus = await on.open();
    const [topic, nobodys] = [on.newTopic(), on.newTopic()];
    const received = new ReceivedMessages();
    await bus.consume({ queue: on.newQueue(), types: [topic], handler: received.handler() });
    const lost = newMessage(nobodys);
    const error = await t.throwsAsync(bus.publish([lost, newMessage(topic)]), {
      name: 'UnroutableMessages',
    });
    t.like(error, { code: 'DOWNSTREAM_SERVICE_ERROR', messageIds: [lost.id] });
    await received.untilCount(1);
    await t.notThrowsAsync(bus.publish([newMessage(nobodys)], { unroutable: 'drop' }));
  });

  test('an unbound queue takes no more messages of that type', async (t) => {
    await using bus = await on.open();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    await bus.declareQueue({ queue, types: [topic] });
    await bus.publish([newMessage(topic)]);
    await bus.unbindQueue({ queue, types: [topic] });
    await t.throwsAsync(bus.publish([newMessage(topic)]), { name: 'UnroutableMessages' });
  });

  test('a message that is published twice arrives under one id', async (t) => {
    await using bus = await on.open();
    const topic = on.newTopic();
    const received = new ReceivedMessages();
    await bus.consume({ queue: on.newQueue(), types: [topic], handler: received.handler() });
    const message = newMessage(topic);
    await bus.publish([message]);
    await bus.publish([message, message]);
    await received.untilCount(1);
    t.is(new Set(received.ids).size, 1);
  });

  test('a consumer handles no more than prefetchMax messages at once', async (t) => {
    await using bus = await on.open();
    const topic = on.newTopic();
    const received = new ReceivedMessages();
    let running = 0;
    let most = 0;
    await bus.consume({
      queue: on.newQueue(),
      types: [topic],
      prefetchMax: 3,
      handler: received.handler(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 10));
        running -= 1;
      }),
    });
    await bus.publish(Array.from({ length: 30 }, () => newMessage(topic)));
    await received.untilCount(30);
    t.is(most, 3);
  });

  test('close waits for the handlers at work', async (t) => {
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const bus = await on.open();
    const started = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    let isDone = false;
    const handler = async (): Promise<void> => {
      started.resolve();
      await mayEnd.promise;
      isDone = true;
    };
    await bus.consume({ queue, types: [topic], handler });
    await bus.publish([newMessage(topic)]);
    await started.promise;
    const closed = bus.close();
    mayEnd.resolve();
    await closed;
    t.true(isDone);
    const refused = { code: 'DOWNSTREAM_SERVICE_ERROR', message: /is closed/ };
    await t.throwsAsync(bus.publish([newMessage(topic)]), refused);
    await t.throwsAsync(bus.consume({ queue, types: [topic], handler }), refused);
  });

  test('close aborts a handler past drainTimeoutMs and gives its message back', async (t) => {
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const bus = await on.open({ drainTimeoutMs: 50 });
    const started = Promise.withResolvers<AbortSignal>();
    await bus.consume({
      queue,
      types: [topic],
      handler: (_, { signal }) => {
        started.resolve(signal);
        return new Promise(() => undefined);
      },
    });
    const message = newMessage(topic);
    await bus.publish([message]);
    const signal = await started.promise;
    await bus.close();
    t.true(signal.aborted);
    await using next = await on.open();
    const received = new ReceivedMessages();
    await next.consume({ queue, types: [topic], handler: received.handler() });
    await received.untilCount(1);
    t.deepEqual(received.ids, [message.id]);
    t.is(received.all[0]?.attempt, 1, 'an interrupted attempt does not count');
  });

  test('what cannot be sent is refused with the name of its limit', async (t) => {
    await using bus = await on.open();
    const topic = on.newTopic();
    const tooLarge = { ...newMessage(topic), payload: { text: 'x'.repeat(262_144) } };
    await t.throwsAsync(bus.publish([tooLarge]), { code: 'PAYLOAD_TOO_LARGE' });
    const refused = { code: 'BAD_USER_INPUT' };
    await t.throwsAsync(bus.publish([{ ...newMessage(topic), id: '7' }]), refused);
    await t.throwsAsync(bus.publish([{ ...newMessage(topic), payload: { a: '\0' } }]), refused);
    await t.throwsAsync(bus.publish([{ ...newMessage(topic), type: 'order.*' }]), refused);
    const many = Array.from({ length: 1_001 }, () => newMessage(topic));
    await t.throwsAsync(bus.publish(many), refused);
    const handler = (): Promise<void> => Promise.reject(new PermanentFailure('never called'));
    await t.throwsAsync(bus.consume({ queue: 'Orders!', types: [topic], handler }), refused);
    await t.throwsAsync(bus.consume({ queue: 'orders', types: [], handler }), refused);
    const wrong = { queue: 'orders', types: [topic], handler, prefetchMax: 0 };
    await t.throwsAsync(bus.consume(wrong), refused);
  });
}
