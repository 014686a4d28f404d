import { setTimeout as sleep } from 'node:timers/promises';
import { readTestPostgresUrl } from '@plaza/prisma/config';
import test from 'ava';
import { createPostgresUnderTest, newMessage } from '../test/bus-under-test.ts';
import { testMessageBusContract } from '../test/message-bus-contract.ts';
import { ReceivedMessages } from '../test/received-messages.ts';

const on = createPostgresUnderTest(readTestPostgresUrl());
testMessageBusContract(on);

/** Longer than the 10 s of an unrefreshed claim and the search for lost ones together. */
const longWorkMs = 14_000;

test.serial('work that outlasts a claim keeps its message: the claim is refreshed', async (t) => {
  await using bus = await on.open();
  const [queue, topic] = [on.newQueue(), on.newTopic()];
  const received = new ReceivedMessages();
  const done = Promise.withResolvers<void>();
  await bus.consume({
    queue,
    types: [topic],
    handler: received.handler(async () => {
      await sleep(longWorkMs);
      done.resolve();
    }),
  });
  await bus.publish([newMessage(topic)]);
  await done.promise;
  t.is(received.all.length, 1);
});

test.serial('processes that start at the same moment make one database', async (t) => {
  const fresh = createPostgresUnderTest(readTestPostgresUrl());
  const buses = await Promise.all([fresh.open(), fresh.open(), fresh.open()]);
  const topic = fresh.newTopic();
  const queue = fresh.newQueue();
  await Promise.all(buses.map((bus) => bus.declareQueue({ queue, types: [topic] })));
  await t.notThrowsAsync(Promise.all(buses.map((bus) => bus.publish([newMessage(topic)]))));
  await Promise.all(buses.map((bus) => bus.close()));
  await fresh.clean();
});
