import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import test from 'ava';
import { parse } from 'graphql';
import { composeFixture } from '../../test/kit/compose-fixture.ts';
import { defineSubgraph } from '../../test/kit/define-subgraph.ts';
import { normalizeOperation } from '../pipeline/normalize-operation.ts';
import { buildSupergraphSnapshot } from '../supergraph/build-snapshot.ts';
import { plannerVersion } from './planner-version.ts';

/** What this version of the planner makes of the operations below. */
const known = {
  version: '2.14.4-1',
  plans: '2b392bca3d4e294b4ba6c5e8e643723917e6475ba7565ebfce2a0b10558d5538',
};

const supergraph = composeFixture([
  defineSubgraph({
    name: 'items',
    typeDefs: `
      type Query { items(first: Int): [Item!]! node: Node }
      type Mutation { rename(id: ID!, name: String): Item }
      interface Node { id: ID! }
      type Item implements Node @key(fields: "id") @key(fields: "code", resolvable: false) {
        id: ID! code: Int name: String price(currency: String): Int
      }
      type Shelf implements Node @key(fields: "id") { id: ID! items: [Item!]! }`,
  }),
  defineSubgraph({
    name: 'stock',
    typeDefs: `
      type Item @key(fields: "id") {
        id: ID!
        price(currency: String): Int @external
        usd: Int @requires(fields: "price(currency: \\"USD\\")")
        eur: Int @requires(fields: "price(currency: \\"EUR\\")")
        name: String @override(from: "items", label: "percent(5)")
      }
      type Shelf @key(fields: "id") { id: ID! width: Int }`,
  }),
]);

const operations = [
  '{ __typename }',
  'query Page($n: Int, $with: Boolean!) { items(first: $n) { ...I usd @include(if: $with) } } fragment I on Item { id label: name eur }',
  'mutation { a: rename(id: "1", name: "x") { usd } b: rename(id: "2") { id } }',
  '{ node { id ... on Shelf { width items { eur } } ... on Item { name price(currency: "CHF") } } }',
];

test('names another planner than the one that made other plans', async (t) => {
  const snapshot = buildSupergraphSnapshot(supergraph);
  const hash = createHash('sha256');
  for (const query of operations) {
    const operation = normalizeOperation(parse(query), undefined, snapshot);
    for (const activeLabels of [[], ['percent(5)']]) {
      hash.update(JSON.stringify(await snapshot.planner.plan({ ...operation, activeLabels })));
    }
  }
  const advice = 'Plans have changed: raise the number in planner-version.ts, then copy both here.';
  t.deepEqual({ version: plannerVersion, plans: hash.digest('hex') }, known, advice);
});

test("names the version of Apollo's planner", (t) => {
  const require = createRequire(import.meta.url);
  const { version } = require('@apollo/query-planner/package.json') as { readonly version: string };
  t.true(plannerVersion.startsWith(`${version}-`));
});
