import test from 'ava';
import { buildSchema, parse } from 'graphql';
import { fillDefaults } from './variable-defaults.ts';

const schema = buildSchema(`
  enum Order { FIRST LAST }
  input Inner { size: Int! = 5 order: Order! = LAST tags: [String!]! = ["a"] note: String }
  input Outer { inner: Inner! = {} many: [Inner!] name: String! }
  type Query { ask(outer: Outer, size: Int, order: Order): Int }
`);

function fill(query: string, variables: Record<string, unknown>, operationName?: string) {
  return fillDefaults({ schema, document: parse(query), operationName, variables });
}

test('what an operation gives by default is filled in, what was sent stays', (t) => {
  const query = 'query ($size: Int! = 3, $order: Order = FIRST, $other: Int) { ask }';
  t.deepEqual(fill(query, {}), { size: 3, order: 'FIRST' });
  t.deepEqual(fill(query, { size: 4, order: null }), { size: 4, order: null });
});

test('input types fill their fields at every depth', (t) => {
  const query = 'query ($outer: Outer!) { ask(outer: $outer) }';
  const inner = { size: 5, order: 'LAST', tags: ['a'] };
  const sent = { name: 'n', inner: { order: 'FIRST' }, many: [{}, { size: 1, note: null }] };
  t.deepEqual(fill(query, { outer: sent }), {
    outer: {
      name: 'n',
      inner: { ...inner, order: 'FIRST' },
      many: [inner, { ...inner, size: 1, note: null }],
    },
  });
  t.deepEqual(fill(query, { outer: null }), { outer: null });
});

test('a variable of the wrong shape is left for the validation to refuse', (t) => {
  const query = 'query ($outer: Outer!) { ask(outer: $outer) }';
  for (const outer of ['text', 7, [1]]) t.deepEqual(fill(query, { outer }), { outer });
});

test('of several operations the named one counts', (t) => {
  const query = 'query A($size: Int! = 1) { ask } query B($size: Int! = 2) { ask }';
  t.deepEqual(fill(query, {}, 'B'), { size: 2 });
});
