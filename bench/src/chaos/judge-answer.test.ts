import test from 'ava';
import { judgeAnswer } from './judge-answer.ts';

const whole = '{"data":{"listings":[{"id":"1","score":4},{"id":"2","score":5}]}}';
const withErrors = (data: unknown, code = 'SUBGRAPH_UNAVAILABLE'): string =>
  JSON.stringify({ errors: [{ message: 'away', extensions: { code } }], data });

test('tells whole, partial and wrong answers apart', (t) => {
  t.is(judgeAnswer(whole, whole), 'right');
  const first = { id: '1', score: null };
  t.is(judgeAnswer(withErrors({ listings: [first, { id: '2', score: 5 }] }), whole), 'partial');
  t.is(judgeAnswer(withErrors(null), whole), 'partial');
  t.is(judgeAnswer(withErrors({ listings: [first, { id: '2', score: 4 }] }), whole), 'wrong');
  t.is(judgeAnswer(withErrors({ listings: [first] }), whole), 'wrong');
  t.is(judgeAnswer(withErrors(null, 'INTERNAL_SERVER_ERROR'), whole), 'wrong');
  t.is(judgeAnswer('{"data":{"listings":null}}', whole), 'wrong');
});
