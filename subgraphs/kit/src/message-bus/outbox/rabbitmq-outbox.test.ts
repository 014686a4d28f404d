import test, { type TestFn } from 'ava';
import { createRabbitUnderTest } from '../test/bus-under-test.ts';
import { findRabbitmq } from '../test/find-test-server.ts';
import { testOutbox } from '../test/outbox-contract.ts';

const server = await findRabbitmq();
if ('missing' in server) {
  test.skip(`the outbox publishes on RabbitMQ (${server.missing})`, (t) => t.pass());
} else {
  const on = createRabbitUnderTest(server.url);
  testOutbox(test.serial as TestFn, on);
  test.after.always(() => on.clean());
}
