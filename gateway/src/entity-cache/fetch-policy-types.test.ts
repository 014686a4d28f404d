import { cacheControlSdl } from '@plaza/schema/cache-control';
import test from 'ava';
import { policiesOf } from '../../test/entity-cache/policies-of.ts';
import { composeFixture } from '../../test/kit/compose-fixture.ts';
import { defineSubgraph } from '../../test/kit/define-subgraph.ts';
import { buildSupergraphSnapshot } from '../supergraph/build-snapshot.ts';
import { entityFetchPolicy } from './fetch-policy.ts';

/** Knows kinds of media; one field has a narrower type here than in the other subgraph. */
const library = defineSubgraph({
  name: 'library',
  typeDefs: `
    ${cacheControlSdl}
    type Query {
      newest: Book @shareable
      all: [Media]
      media: Media @cacheControl(maxAge: 90)
      item: Item @cacheControl(maxAge: 70)
    }
    interface Item { id: ID! }
    interface Media @key(fields: "id") @cacheControl(maxAge: 80) { id: ID! }
    type Book implements Media & Item @key(fields: "id") @cacheControl(maxAge: 20) { id: ID! pages: Int }
    type Film implements Media @key(fields: "id") { id: ID! length: Int @cacheControl(maxAge: 4) }`,
});

/** Knows media without their kinds. */
const ratings = defineSubgraph({
  name: 'ratings',
  typeDefs: `
    ${cacheControlSdl}
    type Query { best: Media }
    type Media @key(fields: "id") @interfaceObject @cacheControl(maxAge: 30)
      @cacheTag(format: "rated-{$key.id}") {
      id: ID!
      stars: Int
      trend: Int @cacheControl(maxAge: 6, scope: PRIVATE)
    }`,
});

/** One field has a wider type here than in the library. */
const shelves = defineSubgraph({
  name: 'shelves',
  typeDefs: `
    ${cacheControlSdl}
    type Query { newest: Item @shareable }
    interface Item @cacheControl(maxAge: 999) { id: ID! }
    type Book implements Item @key(fields: "id") { id: ID! shelf: Int }
    type Box implements Item { id: ID! }`,
});

const snapshot = buildSupergraphSnapshot(composeFixture([library, ratings, shelves]));

test('an entity that a subgraph knows by its interface has the policy of that', (t) => {
  const fetch = {
    kind: 'Fetch',
    serviceName: 'ratings',
    operation:
      'query($representations:[_Any!]!){_entities(representations:$representations){...on Media{stars}}}',
    operationKind: 'query',
    variableUsages: [],
    requires: [],
  } as const;
  const policy = entityFetchPolicy(fetch, 'Media', snapshot);
  t.like(policy, { maxAgeMs: 30_000, decidedBy: 'Media', types: ['Media'], entityTypes: [] });
  t.is(policy.tags.length, 1);
  const operation = fetch.operation.replace('stars', 'stars trend');
  const trending = entityFetchPolicy({ ...fetch, operation }, 'Media', snapshot);
  t.like(trending, { maxAgeMs: 6_000, decidedBy: 'Media.trend', privateBy: 'Media.trend' });
});

test('a field has the type that it has in the subgraph, not that of the supergraph', async (t) => {
  const [planned] = await policiesOf('{ newest { ... on Book { pages } } }', snapshot);
  t.is(planned?.subgraph, 'library');
  t.like(planned?.policy, { maxAgeMs: 20_000, decidedBy: 'Book', types: ['Book'] });
});

test('types that only other subgraphs have cannot be in an answer', async (t) => {
  const [planned] = await policiesOf('{ media { id } }', snapshot);
  t.deepEqual([...(planned?.policy.types ?? [])].sort(), ['Book', 'Film', 'Media']);
  t.is(planned?.policy.maxAgeMs, 90_000);
  const [item] = await policiesOf('{ item { id } }', snapshot);
  t.deepEqual([...(item?.policy.types ?? [])].sort(), ['Book', 'Item']);
  const [asked] = await policiesOf('{ all { ... on Film { length } } }', snapshot);
  t.like(asked?.policy, { maxAgeMs: 4_000, decidedBy: 'Film.length' });
});
