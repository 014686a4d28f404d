import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import test from 'ava';
import { introspectionFromSchema, isObjectType, printSchema } from 'graphql';
import { buildSupergraphSnapshot } from '../src/supergraph/build-snapshot.ts';
import type { SupergraphSnapshot } from '../src/supergraph/snapshot.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { planOn } from './planning/planned-snapshot.ts';

/** Of everything that a schema can say, something. */
const supergraph = composeFixture([
  defineSubgraph({
    name: 'library',
    typeDefs: `
      "Says things that are \\"quoted\\"."
      directive @note(text: String) on FIELD_DEFINITION
      scalar Isbn @specifiedBy(url: "https://isbn.example")
      enum Shelf { "Ground floor." LOW  HIGH @deprecated(reason: "The roof leaks.")  SECRET @inaccessible }
      input Range { from: Int = 0, to: Int! = 10, shelves: [Shelf!] = [LOW, HIGH] }
      interface Node { id: ID! }
      """
      A book.

          Indented.
      """
      type Book implements Node @key(fields: "id") @key(fields: "isbn edition { year }") {
        id: ID!
        isbn: Isbn
        edition: Edition
        pages(range: Range = { to: 3 }): [Int!]! @requiresScopes(scopes: [["read", "own"], ["all"]])
        title: String @deprecated
        cost: Int @inaccessible
      }
      type Edition { year: Int! }
      union Found = Book | Edition
      type Query { find(text: String! = "a\\nb"): [Found!] @authenticated  node: Node }
      type Mutation { burn: Boolean }`,
  }),
  defineSubgraph({
    name: 'shop',
    typeDefs: `
      type Book @key(fields: "id") {
        id: ID!
        cost: Int @external
        title: String @external
        price(in: String = "EUR"): Int @requires(fields: "cost title")
      }`,
  }),
]);

function factsOf(snapshot: SupergraphSnapshot) {
  const { sdl, hash, apiSchema, executionSchema, subgraphs, entityKeys, ...facts } = snapshot;
  return {
    sdl,
    hash,
    api: introspectionFromSchema(apiSchema),
    execution: printSchema(executionSchema),
    subgraphs: [...subgraphs],
    entityKeys: [...entityKeys.paths],
    accessRules: [...facts.accessRules],
    joinFieldNames: [...facts.joinFieldNames],
  };
}

test('a snapshot that was built in a thread is that of the calling thread', async (t) => {
  using inWorker = await planOn(supergraph, { workersMax: 1 });
  const here = factsOf(buildSupergraphSnapshot(supergraph));
  t.deepEqual(factsOf(inWorker.snapshot), here);
  t.deepEqual(here.accessRules, [
    ['Book.pages', { needsViewer: true, scopeSets: [['read', 'own'], ['all']] }],
    ['Query.find', { needsViewer: true }],
  ]);
  t.deepEqual(here.entityKeys, [
    ['library Book', [[['id']], [['isbn'], ['edition', 'year']]]],
    ['shop Book', [[['id']]]],
  ]);
});

test('clients see the API schema that Apollo makes of the supergraph, to the last word', (t) => {
  const expected = Supergraph.build(supergraph, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  const { apiSchema } = buildSupergraphSnapshot(supergraph);
  t.deepEqual(
    introspectionFromSchema(apiSchema),
    introspectionFromSchema(expected.apiSchema().toGraphQLJSSchema({ includeDefer: true })),
  );
});

test('the executor knows what no client sees', (t) => {
  const { executionSchema } = buildSupergraphSnapshot(supergraph);
  const book = executionSchema.getType('Book');
  t.true(isObjectType(book) && 'cost' in book.getFields());
});
