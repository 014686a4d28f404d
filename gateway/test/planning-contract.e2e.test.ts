import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { parse } from 'graphql';
import { normalizeOperation } from '../src/pipeline/normalize-operation.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { planOn } from './planning/planned-snapshot.ts';

/** Two subgraphs, a required argument, and an interface that nothing implements. */
const supergraph = composeFixture([
  defineSubgraph({
    name: 'products',
    typeDefs: `
      type Query { products(first: Int): [Product] lonely: Node }
      type Mutation { rename(id: ID!, name: String): Product }
      interface Node @key(fields: "id") { id: ID! }
      type Product @key(fields: "id") { id: ID! name: String price(currency: String): Int }`,
  }),
  defineSubgraph({
    name: 'stock',
    typeDefs: `
      type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! field: String }
      type Product @key(fields: "id") {
        id: ID!
        price(currency: String): Int @external
        usd: Int @requires(fields: "price(currency: \\"USD\\")")
        eur: Int @requires(fields: "price(currency: \\"EUR\\")")
      }`,
  }),
]);

const overridden = composeFixture([
  defineSubgraph({ name: 'old', typeDefs: 'type Query { a: Int }' }),
  defineSubgraph({
    name: 'new',
    typeDefs: 'type Query { a: Int @override(from: "old", label: "percent(5)") }',
  }),
]);

const operations: readonly (readonly [query: string, operationName?: string])[] = [
  ['{ products { id } }'],
  ['{ __typename }'],
  [
    'query Page($n: Int = 3) { products(first: $n) { id: name usd eur } } query B { __typename }',
    'Page',
  ],
  ['mutation Rename($id: ID!) { rename(id: $id, name: "a \\"quoted\\" name") { id usd } }'],
  [
    'query ($with: Boolean!) { products { ...Price @include(if: $with) } } fragment Price on Product { price(currency: "CHF") eur }',
  ],
  ['{ lonely { field } }'],
];

test('plans in a thread are those of the calling thread', async (t) => {
  using inThread = await planOn(supergraph, { workersMax: 0 });
  using inWorker = await planOn(supergraph, { workersMax: 1 });
  for (const [query, name] of operations) {
    const expected = JSON.parse(JSON.stringify(await inThread.plan(query, name)));
    t.deepEqual(await inWorker.plan(query, name), expected, query);
  }
});

for (const workersMax of [0, 1]) {
  const where = workersMax === 0 ? 'the calling thread' : 'a worker thread';

  test(`a planner in ${where} repairs what goes wrong with required arguments`, async (t) => {
    using planned = await planOn(supergraph, { workersMax });
    const plan = JSON.stringify(await planned.plan('{ products { usd eur } }'));
    t.regex(plan, /price\(currency: ?\\"USD\\"\)/);
    t.regex(plan, /price\(currency: ?\\"EUR\\"\)/);
    t.deepEqual(
      (await planned.plan('{ lonely { field } }')).unanswered?.map((f) => f.responseName),
      ['lonely'],
    );
  });

  test(`a planner in ${where} plans with the overrides that are active`, async (t) => {
    using planned = await planOn(overridden, { workersMax });
    const { snapshot } = planned;
    const operation = normalizeOperation(parse('{ a }'), undefined, snapshot);
    const subgraphOf = async (activeLabels: readonly string[]) =>
      (await snapshot.planner.plan({ ...operation, activeLabels })).node;
    t.like(await subgraphOf([]), { serviceName: 'old' });
    t.like(await subgraphOf(['percent(5)']), { serviceName: 'new' });
  });

  test(`a planner in ${where} refuses with its code and the cause`, async (t) => {
    using planned = await planOn(supergraph, { workersMax });
    const error = await t.throwsAsync(planned.plan('{ nothing { id } }'), { instanceOf: AppError });
    t.is(error.code, 'GRAPHQL_VALIDATION_FAILED');
    t.is(error.message, 'No subgraphs can answer this operation together.');
    t.true(error.cause instanceof Error);
    t.regex(String((error.cause as Error).message), /nothing/);
    t.deepEqual(error.extensions, { code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  test(`a planner in ${where} is ready, and plans for the last requests when retired`, async (t) => {
    using planned = await planOn(supergraph, { workersMax });
    const underWay = planned.plan('{ products { id } }');
    planned.snapshot.planner.retire();
    t.is((await underWay).kind, 'QueryPlan');
    t.is((await planned.plan('{ products { name } }')).kind, 'QueryPlan');
  });
}
