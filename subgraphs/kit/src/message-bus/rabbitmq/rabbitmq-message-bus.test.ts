import { connect } from 'amqplib';
import test from 'ava';
import { type BusUnderTest, createRabbitUnderTest, newMessage } from '../test/bus-under-test.ts';
import { findRabbitmq } from '../test/find-test-server.ts';
import { testMessageBusContract } from '../test/message-bus-contract.ts';
import { eventually, ReceivedMessages } from '../test/received-messages.ts';
import { RabbitNames } from './rabbitmq-topology.ts';

const server = await findRabbitmq();
if ('missing' in server) {
  test.skip(`RabbitMQ carries messages (${server.missing})`, (t) => t.pass());
} else {
  const on = createRabbitUnderTest(server.url);
  testMessageBusContract(on);
  testForeignHands(on);
}

/** What others do to the server. */
function testForeignHands(on: BusUnderTest): void {
  const { namespace = '' } = on.options;
  const names = new RabbitNames({ namespace, unansweredDeliveriesMax: 1 });

  test.serial('what is no message of the bus becomes a dead letter with its text', async (t) => {
    await using bus = await on.open();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const received = new ReceivedMessages();
    await bus.consume({ queue, types: [topic], handler: received.handler() });
    const connection = await connect(on.url);
    const channel = await connection.createConfirmChannel();
    channel.publish(names.events, topic, Buffer.from('hello'), { messageId: 'm-1' });
    await channel.waitForConfirms();
    await connection.close();
    const letter = await eventually(async () => {
      const { items } = await bus.deadLetters.list({ queue });
      return items[0];
    });
    t.is(letter.message.type, 'bus.unreadable');
    t.deepEqual(letter.message.payload, { routingKey: topic, messageId: 'm-1', text: 'hello' });
    t.is(received.all.length, 0);
  });

  test.serial('a queue that somebody deleted is declared and read again', async (t) => {
    await using bus = await on.open();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const received = new ReceivedMessages();
    await bus.consume({ queue, types: [topic], handler: received.handler() });
    const connection = await connect(on.url);
    await (await connection.createChannel()).deleteQueue(names.queue(queue));
    await connection.close();
    await eventually(() =>
      bus.publish([newMessage(topic)]).then(
        () => true,
        () => undefined,
      ),
    );
    await received.untilCount(1);
    t.pass();
  });
}
