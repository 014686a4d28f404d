import test from 'ava';
import { createRabbitUnderTest } from '../test/bus-under-test.ts';
import { findRabbitmq } from '../test/find-test-server.ts';
import { testMessageBusContract } from '../test/message-bus-contract.ts';

const server = await findRabbitmq();
if ('missing' in server) {
  test.skip(`RabbitMQ carries messages (${server.missing})`, (t) => t.pass());
} else {
  testMessageBusContract(createRabbitUnderTest(server.url));
}
