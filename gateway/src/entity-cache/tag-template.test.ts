import test from 'ava';
import { policiesOf } from '../../test/entity-cache/policies-of.ts';
import { composeFixture } from '../../test/kit/compose-fixture.ts';
import { defineSubgraph } from '../../test/kit/define-subgraph.ts';
import { buildSupergraphSnapshot } from '../supergraph/build-snapshot.ts';
import type { TagSources } from './tag-template.ts';
import { fillTags } from './tag-template.ts';

const shows = defineSubgraph({
  name: 'shows',
  typeDefs: `
    type Query {
      show(id: ID!): Show @cacheTag(format: "show-{$args.id}") @cacheTag(format: "shows")
      days(first: Int = 7, genre: Genre, where: Where = { city: "Rome" }): [Show]
        @cacheTag(format: "first-{$args.first}")
        @cacheTag(format: "in-{$args.where.city}-{$args.where.area.name}")
      of(genre: Genre): Show @cacheTag(format: "genre-{$args.genre}")
    }
    enum Genre { OPERA FILM }
    input Where { city: String area: Area = { name: "all" } }
    input Area { name: String }
    type Show @key(fields: "id") @key(fields: "hall { id } number")
      @cacheTag(format: "show-{$key.id}") {
      id: ID!
      hall: Hall
      number: Int
      title: String
    }
    type Hall { id: ID! }`,
});
const seats = defineSubgraph({
  name: 'seats',
  typeDefs: `
    type Show @key(fields: "id") @cacheTag(format: "seats-of-{$key.id}") { id: ID! seats: Int }
    type Query { seatOf: Show }`,
});
const snapshot = buildSupergraphSnapshot(composeFixture([shows, seats]));

async function tagsOf(query: string, sources: TagSources = {}) {
  const policies = await policiesOf(query, snapshot);
  return policies.map(({ policy }) => fillTags(policy, sources));
}

test('fills tags of root fields from literals, variables and defaults', async (t) => {
  t.deepEqual(await tagsOf('{ show(id: 5) { title } }'), [['show-5', 'shows']]);
  const query = 'query ($id: ID!) { show(id: $id) { title } }';
  t.deepEqual(await tagsOf(query, { variables: { id: 'a b' } }), [['show-a b', 'shows']]);
  t.deepEqual(await tagsOf('{ days { title } }'), [['first-7', 'in-Rome-all']]);
  const where = 'query ($where: Where) { days(first: 2, where: $where) { title } }';
  const variables = { where: { city: 'Bonn', area: { name: 'west' } } };
  t.deepEqual(await tagsOf(where, { variables }), [['first-2', 'in-Bonn-west']]);
  t.deepEqual(await tagsOf(where), [['first-2', 'in-Rome-all']]);
});

test('fills the tags of every root field of a fetch, each with its own arguments', async (t) => {
  const query =
    'query ($representations: ID!) { a: show(id: 1) { id } ...B } fragment B on Query { b: show(id: $representations) { id } of(genre: FILM) { id } }';
  const variables = { representations: 2 };
  t.deepEqual(await tagsOf(query, { variables }), [
    ['show-1', 'shows', 'show-2', 'shows', 'genre-FILM'],
  ]);
});

test('has no tags at all when a value is missing, is no leaf, or makes a tag too long', async (t) => {
  t.deepEqual(await tagsOf('{ of { title } }'), [undefined]);
  t.deepEqual(await tagsOf('{ of(genre: null) { title } }'), [undefined]);
  const query = 'query ($id: ID!) { show(id: $id) { title } }';
  t.deepEqual(await tagsOf(query), [undefined]);
  t.deepEqual(await tagsOf(query, { variables: { id: 'x'.repeat(2_000) } }), [undefined]);
});

test('fills tags of entities from the key that the representation has', async (t) => {
  const query = '{ show(id: 1) { seats } }';
  const sources = { key: { __typename: 'Show', id: 9 } };
  t.deepEqual(await tagsOf(query, sources), [['show-1', 'shows'], ['seats-of-9']]);
  t.deepEqual(await tagsOf(query, { key: { __typename: 'Show', number: 1 } }), [
    ['show-1', 'shows'],
    undefined,
  ]);
});
