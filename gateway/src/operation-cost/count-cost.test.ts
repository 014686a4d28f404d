import test from 'ava';
import type { OperationDefinitionNode } from 'graphql';
import { buildSchema, Kind, parse } from 'graphql';
import type { CostRules } from './cost-rules.ts';
import { countCost } from './count-cost.ts';

const schema = buildSchema(`
  type Query { books(first: Int): [Book] shelf: [[Item!]!]! heavy: Book tags: [String!] }
  type Mutation { add: Book }
  type Book { title: String author: Person }
  type Person { name: String }
  type Film { title: String cast: [Person!]! }
  union Item = Book | Film
`);

const rules: CostRules = {
  weights: new Map([
    ['Query.heavy', 20],
    ['Person', 3],
    ['Person.name', 2],
    ['Query.books(first:)', 4],
    ['Query.tags', 1],
  ]),
  listSizes: new Map(),
};

const film = { __typename: 'Film', cast: [{ name: 'a' }, { name: null }] };

const counted: readonly [query: string, data: Record<string, unknown>, cost: number][] = [
  ['{ books { title } }', { books: [{ title: 'a' }, { title: null }] }, 2],
  ['{ books { title } }', { books: [] }, 0],
  ['{ books { title } }', { books: null }, 0],
  ['{ books { title } }', { books: [null, { title: 'a' }] }, 1],
  ['{ books(first: 1) { title } }', { books: [] }, 4],
  ['{ b: books { author { name } } }', { b: [{ author: { name: 'a' } }, { author: null }] }, 7],
  [
    '{ shelf { ... on Film { cast { name } } } }',
    { shelf: [[film], [film, { __typename: 'Book' }]] },
    19,
  ],
  ['{ heavy { title } }', { heavy: { title: 'a' } }, 20],
  ['{ heavy { title } }', { heavy: null }, 0],
  ['{ tags }', { tags: ['a', 'b'] }, 2],
  ['{ heavy @skip(if: true) { title } __typename }', { heavy: { title: 'a' } }, 0],
  ['{ ...F ...F } fragment F on Query { heavy { title } }', { heavy: { title: 'a' } }, 20],
  ['mutation { add { title } }', { add: { title: 'a' } }, 11],
  ['{ books { title } }', { books: [{}], constructor: [1] }, 1],
];

for (const [query, data, cost] of counted) {
  test(`${query} of ${JSON.stringify(data)} did cost ${cost}`, (t) => {
    const { definitions } = parse(query);
    const operation = definitions.find(
      (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
    );
    const fragments = new Map(
      definitions.flatMap((one) =>
        one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
      ),
    );
    if (operation === undefined) return t.fail();
    const costly = { operation, fragments, variables: {} };
    return t.is(countCost(costly, { schema, rules }, { data, dataKeys: new Map() }), cost);
  });
}
