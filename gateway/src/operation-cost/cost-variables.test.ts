import test from 'ava';
import { buildSchema, parse } from 'graphql';
import type { ListSize } from './cost-rules.ts';
import { costVariables } from './cost-variables.ts';

const schema = buildSchema(`
  type Query { book(id: ID!): Book page(first: Int, after: String): [Book] search(filter: Filter): [Book] }
  type Book { title(in: String): String }
  input Filter { text: String }
`);
const size: ListSize = {
  slicingArguments: ['first'],
  sizedFields: [],
  requireOneSlicingArgument: true,
};
const listSizes = new Map([['Query.page', size]]);

function variablesOf(text: string, weights: readonly string[] = []): readonly string[] {
  const rules = { weights: new Map(weights.map((coordinate) => [coordinate, 2])), listSizes };
  return costVariables(parse(text), { schema, rules });
}

test('an estimate depends on conditions and on sizes of lists, wherever they stand', (t) => {
  t.deepEqual(variablesOf('query ($id: ID!) { book(id: $id) { title } }'), []);
  t.deepEqual(variablesOf('query ($n: Int) { page(first: $n) { title } }'), ['n']);
  const fragments = `
    query ($a: Boolean!, $b: Boolean!, $id: ID!, $n: Int) { ...F @skip(if: $a) book(id: $id) { title } }
    fragment F on Query { x: page(first: $n) { title @include(if: $b) } }`;
  t.deepEqual(variablesOf(fragments), ['a', 'b', 'n']);
});

test('it depends on what is given where the schema weighs that', (t) => {
  const text = 'query ($f: Filter, $l: String) { search(filter: $f) { title(in: $l) } }';
  t.deepEqual(variablesOf(text), []);
  t.deepEqual(variablesOf(text, ['Book', 'Query.search']), []);
  for (const weight of ['Query.search(filter:)', 'Filter', 'Filter.text']) {
    t.deepEqual(variablesOf(text, [weight]), ['f', 'l'], weight);
  }
});
