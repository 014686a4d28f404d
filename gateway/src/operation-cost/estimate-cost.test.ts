import test from 'ava';
import type { OperationDefinitionNode } from 'graphql';
import { buildSchema, Kind, parse } from 'graphql';
import type { CostRules, ListSize } from './cost-rules.ts';
import { estimateCost } from './estimate-cost.ts';

const schema = buildSchema(`
  type Query {
    book(id: ID!): Book
    books: [Book!]!
    search(first: Int = 5, last: Int, filter: Filter): [Item!]!
    page(first: Int): Page
    fixed: [Book!]!
    tags: [String!]!
    heavy: Book
  }
  type Mutation { add(title: String!): Book }
  type Page { nodes: [Book!]! total: Int }
  type Book { title: String author: Person pages: [Page!]! }
  type Person { name: String friends: [Person!]! }
  type Film { title: String cast: [Person!]! }
  union Item = Book | Film
  input Filter { text: String deep: Filter }
`);

const size = (given: Partial<ListSize>): ListSize => ({
  slicingArguments: [],
  sizedFields: [],
  requireOneSlicingArgument: true,
  ...given,
});

const rules: CostRules = {
  weights: new Map([
    ['Query.heavy', 20],
    ['Person', 3],
    ['Person.name', 2],
    ['Query.search(filter:)', 4],
    ['Filter.text', 5],
  ]),
  listSizes: new Map([
    [
      'Query.search',
      size({ slicingArguments: ['first', 'last'], requireOneSlicingArgument: false }),
    ],
    ['Query.page', size({ slicingArguments: ['first'], sizedFields: ['nodes'], assumedSize: 7 })],
    ['Query.fixed', size({ assumedSize: 3 })],
  ]),
};

function estimate(text: string, variables: Readonly<Record<string, unknown>> = {}) {
  const document = parse(text);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
  const settings = { schema, rules, assumedListSize: 10 };
  return estimateCost({ operation, fragments, variables }, settings);
}

const rows: readonly [text: string, cost: number, variables?: Readonly<Record<string, unknown>>][] =
  [
    ['{ book(id: 1) { title } }', 1],
    ['{ books { title } }', 10],
    ['{ tags }', 0],
    ['{ fixed { title } }', 3],
    ['{ heavy { title } }', 20],
    ['{ book(id: 1) { author { name } } }', 1 + 3 + 2],
    ['{ books { author { name } } }', 10 * (1 + 3 + 2)],
    ['{ search { ... on Book { title } } }', 5],
    ['{ search(first: 2) { ... on Book { title } } }', 2],
    ['query ($n: Int) { search(first: $n) { ... on Book { title } } }', 8, { n: 8 }],
    ['{ search(first: 2, last: 4) { ... on Book { title } } }', 4],
    // The costliest member of a union counts: a film with ten in its cast.
    [
      '{ search(first: 1) { ... on Book { author { name } } ... on Film { cast { name } } } }',
      1 + 10 * 5,
    ],
    [
      '{ search(first: 1, filter: { text: "a", deep: { text: "b" } }) { __typename } }',
      4 + 5 + 5 + 1,
    ],
    ['{ page(first: 4) { total nodes { title } } }', 1 + 4],
    ['{ page { nodes { title } } }', 1 + 7],
    ['{ book(id: 1) { title @skip(if: true) author @include(if: false) { name } } }', 1],
    ['{ a: book(id: 1) { title } b: book(id: 2) { title } }', 2],
    ['{ ...F ...F } fragment F on Query { book(id: 1) { title } }', 1],
    ['{ book(id: 1) { title } book(id: 1) { author { name } } }', 1 + 3 + 2],
    ['mutation { add(title: "x") { title } }', 10 + 1],
    ['{ __schema { types { name } } __typename }', 0],
  ];

for (const [text, cost, variables] of rows) {
  test(`${text} ${JSON.stringify(variables ?? {})} costs ${cost}`, (t) => {
    t.is(estimate(text, variables).cost, cost);
  });
}

test('names the lists of which nobody says how long they may be', (t) => {
  t.deepEqual(estimate('{ page { nodes { title } } }').unsliced, ['Query.page']);
  t.deepEqual(
    estimate('{ page(first: 1) { nodes { title } } search { __typename } }').unsliced,
    [],
  );
});

test('tells the fields that are selected', (t) => {
  const { selects } = estimate('{ book(id: 1) { ...B } } fragment B on Book { author { name } }');
  t.deepEqual([...selects].sort(), ['Book.author', 'Person.name', 'Query.book']);
});

test('does not cost more than the operation is long, however abstract it is', (t) => {
  const types = Array.from({ length: 20 }, (_, index) => `T${index}`);
  const wide = buildSchema(`
    interface Node { next: Node }
    ${types.map((name) => `type ${name} implements Node { next: Node }`).join('\n')}
    type Query { node: Node }
  `);
  const depth = 25;
  const text = `{ node ${'{ next '.repeat(depth)} { __typename } ${'}'.repeat(depth)} }`;
  const operation = parse(text).definitions[0] as OperationDefinitionNode;
  const startedMs = performance.now();
  const none = { weights: new Map(), listSizes: new Map() };
  const settings = { schema: wide, rules: none, assumedListSize: 10 };
  const { cost } = estimateCost({ operation, fragments: new Map(), variables: {} }, settings);
  t.is(cost, depth + 1);
  t.true(performance.now() - startedMs < 1_000);
});
