import test from 'ava';
import { assertSameAnswers } from './compare-answers.ts';

const workload = {
  name: 'small',
  title: '',
  query: '{ a b }',
  answerBytesMin: 10,
  answerBytesMax: 40,
};

function compare(plaza: string, apollo: string): void {
  assertSameAnswers(workload, [
    { gateway: 'plaza', text: plaza },
    { gateway: 'apollo', text: apollo },
  ]);
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
  t.throws(() => compare('{"data":{"a":1},"errors":[]}', '{"data":{"a":1}}'), {
    message: /^plaza did not answer with data alone/,
  });
  t.throws(() => compare('{"data":{"a":1}}', '{"message":"no"}'), {
    message: /^apollo did not answer with data alone/,
  });
});

test('nothing is measured when an answer is not of the weight that the workload promises', (t) => {
  t.throws(() => compare('{"data":1}', '{"data":1}'.padEnd(41)), {
    message: /^apollo answered small with 41 bytes, not with 10 to 40/,
  });
});
