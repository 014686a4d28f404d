import test from 'ava';
import { assertSameAnswers } from './compare-answers.ts';
import type { Workload } from './workloads.ts';

const workload: Workload = {
  name: 'small',
  title: '',
  query: '{ a b }',
  answerBytesMin: 10,
  answerBytesMax: 40,
};
const failing: Workload = {
  ...workload,
  name: 'failing',
  answerBytesMax: 200,
  failingPaths: [['list', 1]],
};

function compare(plaza: string, apollo: string): void {
  assertSameAnswers(workload, [
    { gateway: 'plaza', text: plaza },
    { gateway: 'apollo', text: apollo },
  ]);
}

function answerWithErrors(...paths: readonly (readonly (string | number)[])[]): string {
  const errors = paths.map((path) => ({ message: 'no', path }));
  return JSON.stringify({ data: { list: [{ a: 1 }, { a: null }] }, errors });
}

test('answers are the same whatever the order of their keys', (t) => {
  t.notThrows(() => compare('{"data":{"a":1,"b":2}}', '{"data":{"b":2,"a":1}}'));
});

test('nothing is measured when the answers differ', (t) => {
  t.throws(() => compare('{"data":{"a":1,"b":2}}', '{"data":{"a":1,"b":3}}'), {
    message: 'plaza and apollo answer small differently',
  });
});

test('nothing is measured when an answer has errors, or no data', (t) => {
  t.throws(() => compare('{"data":1,"errors":[{"path":["a"]}]}', '{"data":1}'), {
    message: 'plaza answers small with an error at "a"',
  });
  t.throws(() => compare('{"data":{"a":1}}', '{"message":"no"}'), {
    message: /^apollo did not answer with data/,
  });
});

test('nothing is measured when an answer is not of the weight that the workload promises', (t) => {
  t.throws(() => compare('{"data":1}', '{"data":1}'.padEnd(41)), {
    message: /^apollo answered small with 41 bytes, not with 10 to 40/,
  });
});

test('an error may be located at the failing entity or below, and the report says where', (t) => {
  t.deepEqual(
    assertSameAnswers(failing, [
      { gateway: 'plaza', text: answerWithErrors(['list', 1]) },
      { gateway: 'hive', text: answerWithErrors(['list', 1, 'a']) },
      { gateway: 'mercurius', text: answerWithErrors(['list', '1', 'a'], ['_entities', 1]) },
    ]),
    [
      'plaza: 1 error at list.N',
      'hive: 1 error at list.N.a',
      'mercurius: 1 error at list.N.a, 1 error at _entities.N',
    ],
  );
});

test('nothing is measured when a failing entity has no error, or another one has', (t) => {
  const compareFailing = (text: string) => assertSameAnswers(failing, [{ gateway: 'plaza', text }]);
  t.throws(() => compareFailing(answerWithErrors(['_entities', 1])), {
    message: 'plaza answers failing without an error at list.1',
  });
  t.throws(() => compareFailing(answerWithErrors(['list', 1], ['list', 0])), {
    message: 'plaza answers failing with an error at "list.0"',
  });
});
