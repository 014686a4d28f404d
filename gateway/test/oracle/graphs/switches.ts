import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph, OracleOperation } from '../oracle-graph.ts';

const lamps = [
  { id: 'l1', colour: 'red', watts: 5, lit: true, hours: 100, maker: { id: 'k1' } },
  { id: 'l2', colour: 'blue', watts: 0, lit: false, hours: 0, maker: null },
];
const makers = [{ id: 'k1', name: 'Bulb & Co', country: 'PE' }];

const withBoth = (query: string): Record<string, OracleOperation> => ({
  [`${query} with true`]: { query, variables: { on: true } },
  [`${query} with false`]: { query, variables: { on: false } },
});

/** `@skip` and `@include` by literal and variable: on fields, fragments, roots, joins, both at once. */
export const switches: OracleGraph = {
  name: 'switches',
  subgraphs: [
    defineSubgraph({
      name: 'lamps',
      typeDefs: `
        type Query { lamps: [Lamp!]! lamp(id: ID!): Lamp count: Int! }
        type Lamp @key(fields: "id") { id: ID! colour: String! watts: Int! maker: Maker }
        type Maker @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          lamps: () => lamps,
          lamp: (_, { id }) => findBy(lamps, 'id', id),
          count: () => lamps.length,
        },
        Lamp: { __resolveReference: referenceTo(lamps, 'id') },
      },
    }),
    defineSubgraph({
      name: 'states',
      typeDefs: `
        type Query { anyLit: Boolean! }
        type Lamp @key(fields: "id") { id: ID! lit: Boolean! hours: Int }
        type Maker @key(fields: "id") { id: ID! name: String! country: String }`,
      resolvers: {
        Query: { anyLit: () => true },
        Lamp: { __resolveReference: referenceTo(lamps, 'id') },
        Maker: { __resolveReference: referenceTo(makers, 'id') },
      },
    }),
  ],
  monolith: {
    Query: {
      lamps: () => lamps,
      lamp: (_, { id }) => findBy(lamps, 'id', id),
      count: () => lamps.length,
      anyLit: () => true,
    },
    Lamp: { maker: (row: { maker: { id: string } | null }) => findBy(makers, 'id', row.maker?.id) },
  },
  operations: {
    'literals on fields':
      '{ lamps { id @skip(if: true) colour @skip(if: false) watts @include(if: true) } }',
    'a literal on a join': '{ lamps { id lit @include(if: false) hours @include(if: true) } }',
    'a literal on a root': '{ count @skip(if: true) anyLit @skip(if: false) }',
    'everything in an object skipped': '{ lamps { id @skip(if: true) } }',
    'the key skipped, the join kept': '{ lamps { id @skip(if: true) lit } }',
    'the same field twice, once skipped':
      '{ lamps { colour @skip(if: true) colour lit @include(if: false) lit } }',
    ...withBoth('query ($on: Boolean!) { lamps { id lit @include(if: $on) } }'),
    ...withBoth(
      'query ($on: Boolean!) { lamps { id @skip(if: $on) watts lit hours @skip(if: $on) } }',
    ),
    ...withBoth('query ($on: Boolean!) { count @include(if: $on) anyLit @skip(if: $on) }'),
    ...withBoth(
      'query ($on: Boolean!) { lamps { ... @include(if: $on) { colour lit } ... on Lamp @skip(if: $on) { hours } } }',
    ),
    ...withBoth(
      'query ($on: Boolean!) { lamps { ...F @include(if: $on) id } } fragment F on Lamp { maker { name country @skip(if: $on) } }',
    ),
    ...withBoth('query ($on: Boolean!) { lamps @skip(if: $on) { lit } anyLit }'),
    ...withBoth('query ($on: Boolean!) { lamps { lit @skip(if: $on) @include(if: $on) colour } }'),
    ...withBoth(
      'query ($on: Boolean!) { lamps { maker @include(if: $on) { name } maker { country } } }',
    ),
    ...withBoth(
      'query ($on: Boolean!) { lamps { ... @include(if: $on) { lit } ... @skip(if: $on) { lit hours } } }',
    ),
    ...withBoth(
      'query ($on: Boolean = true) { lamp(id: "l1") { kind: __typename @include(if: $on) lit @skip(if: $on) } }',
    ),
    'a default for the condition':
      'query ($on: Boolean = false) { lamps { id lit @include(if: $on) } }',
    'two variables that nest': {
      query:
        'query ($a: Boolean!, $b: Boolean!) { lamps { id ... @include(if: $a) { watts ... @include(if: $b) { lit hours } } } }',
      variables: { a: true, b: false },
    },
    'two variables that nest, both true': {
      query:
        'query ($a: Boolean!, $b: Boolean!) { lamps { id ... @include(if: $a) { watts ... @include(if: $b) { lit hours } } } }',
      variables: { a: true, b: true },
    },
  },
};
