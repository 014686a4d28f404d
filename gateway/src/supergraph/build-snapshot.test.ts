import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { printSchema } from 'graphql';
import { composeFixture } from '../../test/kit/compose-fixture.ts';
import { defineSubgraph } from '../../test/kit/define-subgraph.ts';
import { buildSupergraphSnapshot } from './build-snapshot.ts';

const supergraph = composeFixture([
  defineSubgraph({
    name: 'a',
    typeDefs: 'type Query { a: A } type A @key(fields: "id") { id: ID! }',
  }),
  defineSubgraph({
    name: 'b',
    typeDefs: 'type A @key(fields: "id") { id: ID! hidden: Int @inaccessible b: Int }',
  }),
]);

test('takes the subgraphs from the supergraph', (t) => {
  const { subgraphs } = buildSupergraphSnapshot(supergraph);
  t.deepEqual(
    [...subgraphs.values()],
    [
      { name: 'a', url: 'http://a.test/graphql' },
      { name: 'b', url: 'http://b.test/graphql' },
    ],
  );
});

test('shows clients nothing of federation and nothing inaccessible', (t) => {
  const { apiSchema } = buildSupergraphSnapshot(supergraph);
  const sdl = printSchema(apiSchema);
  t.regex(sdl, /b: Int/);
  t.notRegex(sdl, /join__|link__|hidden|_entities/);
});

test('shows clients @defer', (t) => {
  const { apiSchema } = buildSupergraphSnapshot(supergraph);
  const definition = 'directive @defer(label: String, if: Boolean! = true)';
  t.true(printSchema(apiSchema).includes(`${definition} on FRAGMENT_SPREAD | INLINE_FRAGMENT`));
});

test('has a hash that tells versions apart', (t) => {
  const one = buildSupergraphSnapshot(supergraph);
  const other = buildSupergraphSnapshot(`${supergraph}\n# changed`);
  t.regex(one.hash, /^[0-9a-f]{64}$/);
  t.not(one.hash, other.hash);
  t.is(one.hash, buildSupergraphSnapshot(supergraph).hash);
});

test('serves supergraphs with every feature that the planner knows', (t) => {
  const sdl = composeFixture([
    defineSubgraph({
      name: 'a',
      typeDefs: `
        directive @note(text: String) on FIELD_DEFINITION
        type Query {
          me: User @authenticated @cost(weight: 3)
          list: [User!]! @listSize(assumedSize: 10) @requiresScopes(scopes: [["read"]])
        }
        type User @key(fields: "id") @policy(policies: [["own"]]) @tag(name: "x") { id: ID! }`,
    }),
  ]);
  t.is(buildSupergraphSnapshot(sdl).accessRules.size, 3);
});

test('serves a supergraph of the first Federation', (t) => {
  const { subgraphs, apiSchema } = buildSupergraphSnapshot(`
    schema
      @core(feature: "https://specs.apollo.dev/core/v0.2")
      @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION) { query: Query }
    directive @core(as: String, feature: String!, for: core__Purpose) repeatable on SCHEMA
    directive @join__field(graph: join__Graph, provides: join__FieldSet, requires: join__FieldSet) on FIELD_DEFINITION
    directive @join__graph(name: String!, url: String!) on ENUM_VALUE
    directive @join__owner(graph: join__Graph!) on INTERFACE | OBJECT
    directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on INTERFACE | OBJECT
    enum core__Purpose { EXECUTION SECURITY }
    scalar join__FieldSet
    enum join__Graph {
      ACCOUNTS @join__graph(name: "accounts" url: "http://accounts")
      REVIEWS @join__graph(name: "reviews" url: "http://reviews")
    }
    type Query { me: User @join__field(graph: ACCOUNTS) }
    type User @join__owner(graph: ACCOUNTS) @join__type(graph: ACCOUNTS, key: "id") @join__type(graph: REVIEWS, key: "id") {
      id: ID! @join__field(graph: ACCOUNTS)
      reviews: Int @join__field(graph: REVIEWS)
    }`);
  t.deepEqual([...subgraphs.keys()], ['accounts', 'reviews']);
  t.truthy(apiSchema.getType('User'));
});

const unsupported = supergraph.replace(
  /^schema\n/,
  'schema\n  @link(url: "https://specs.example.com/magic/v1.0", for: EXECUTION)\n',
);

const refused: Readonly<Record<string, readonly [sdl: string, reason: RegExp]>> = {
  'a plain schema': ['type Query { a: Int }', /core schema/],
  'a subgraph': [
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) type Query { a: Int }',
    /./,
  ],
  'a syntax error': [`${supergraph}\ntype {`, /Syntax Error.*line \d+/],
  'an unknown feature of execution': [unsupported, /magic\/v1\.0.*unsupported/],
  nothing: ['', /Syntax Error/],
  'a web page': ['<!doctype html><title>Not found</title>', /Syntax Error/],
};

for (const [name, [sdl, reason]] of Object.entries(refused)) {
  test(`says in one line why it cannot serve ${name}`, (t) => {
    const error = t.throws(() => buildSupergraphSnapshot(sdl), { instanceOf: AppError });
    t.is(error.code, 'SUPERGRAPH_UNAVAILABLE');
    t.regex(error.message, reason);
    t.false(error.message.includes('\n'));
    t.regex(error.message, /Give the SDL that composition/);
  });
}
