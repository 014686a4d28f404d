import test from 'ava';
import type { Answer } from './compare-answers.ts';
import { compareAnswers } from './compare-answers.ts';

const failed = (code: string, ...path: (string | number)[]): Answer => ({
  data: null,
  errors: [{ path, extensions: { code } }],
});

const compared: readonly [what: string, live: Answer, candidate: Answer, differences: string[]][] =
  [
    ['equal answers', { data: { a: [1, { b: null }] } }, { data: { a: [1, { b: null }] } }, []],
    ['another order of fields', { data: { a: 1, b: 2 } }, { data: { b: 2, a: 1 } }, []],
    ['another value', { data: { a: 1 } }, { data: { a: 2 } }, ['data.a']],
    ['a number for its text', { data: { a: 1 } }, { data: { a: '1' } }, ['data.a']],
    ['null for no field', { data: { a: null } }, { data: {} }, ['data.a']],
    ['a field more', { data: {} }, { data: { a: 1 } }, ['data.a']],
    ['another order of items', { data: { a: [1, 2] } }, { data: { a: [2, 1] } }, ['data.a.*']],
    ['an item more', { data: { a: [1] } }, { data: { a: [1, 2] } }, ['data.a has another length']],
    [
      'one kind of difference in all items',
      {
        data: {
          a: [
            { b: 1, c: 1 },
            { b: 2, c: 1 },
          ],
        },
      },
      {
        data: {
          a: [
            { b: 3, c: 1 },
            { b: 4, c: 1 },
          ],
        },
      },
      ['data.a.*.b'],
    ],
    ['a list for an object', { data: { a: [] } }, { data: { a: {} } }, ['data.a']],
    ['no data', { data: { a: 1 } }, { data: null }, ['data']],
    ['the same error of another item', failed('X', 'a', 0, 'b'), failed('X', 'a', 1, 'b'), []],
    [
      'another code',
      failed('X', 'a', 0),
      failed('Y', 'a', 0),
      ['errors: X at a.* only live', 'errors: Y at a.* only in the candidate'],
    ],
    ['an inherited name', { data: { constructor: 1 } }, { data: {} }, ['data.constructor']],
  ];

for (const [what, live, candidate, differences] of compared) {
  test(`finds of ${what}: ${differences.join(', ') || 'nothing'}`, (t) => {
    t.deepEqual(compareAnswers(live, candidate), differences);
  });
}

test('tells ten differences at most', (t) => {
  const wide = (value: number) =>
    Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, value]));
  t.is(compareAnswers({ data: wide(1) }, { data: wide(2) }).length, 10);
});
