import test from 'ava';
import { matchesTopic, requireQueueName, requireTopicPatterns } from './topic-pattern.ts';

test('a star stands for one word and a hash for any number, as in AMQP', (t) => {
  const cases: readonly [pattern: string, topic: string, expected: boolean][] = [
    ['order.paid', 'order.paid', true],
    ['order.paid', 'order.paid.late', false],
    ['order.*', 'order.paid', true],
    ['order.*', 'order', false],
    ['order.*', 'order.paid.late', false],
    ['*.paid', 'order.paid', true],
    ['order.#', 'order', true],
    ['order.#', 'order.paid.late', true],
    ['#', 'anything.at.all', true],
    ['#.late', 'order.paid.late', true],
    ['#.late', 'late', true],
    ['order.#.late', 'order.late', true],
    ['order.#.late', 'order.paid.very.late', true],
    ['order.#.late', 'order.paid', false],
    ['*.#.*', 'order', false],
    ['*.#.*', 'order.paid', true],
  ];
  for (const [pattern, topic, expected] of cases) {
    t.is(matchesTopic(pattern, topic), expected, `${pattern} ${topic}`);
  }
});

test('patterns and queue names that no server would take are refused', (t) => {
  for (const pattern of ['', 'order.', '.paid', 'order..paid', 'or*er', 'x'.repeat(121)]) {
    t.throws(() => requireTopicPatterns([pattern]), { code: 'BAD_USER_INPUT' }, pattern);
  }
  t.throws(() => requireTopicPatterns([]), { code: 'BAD_USER_INPUT' });
  for (const queue of ['', 'Orders', 'a b', '1st', 'orders.dead', 'x'.repeat(81)]) {
    t.throws(() => requireQueueName(queue), { code: 'BAD_USER_INPUT' }, queue);
  }
  t.notThrows(() => requireTopicPatterns(['order.paid', '#', '*.x_y-z']));
  t.notThrows(() => requireQueueName('payments.refund-orders'));
});
