import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, onlyFields, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const shows = [
  { __typename: 'Opera', id: 's1', name: 'Aida', acts: 4, stars: 5, seats: 0, next: 's2' },
  { __typename: 'Play', id: 's2', name: 'Yerma', scenes: 6, stars: null, seats: 12, next: 's3' },
  { __typename: 'Dance', id: 's3', name: 'Agon', dancers: 12, stars: 4, seats: 3, next: null },
];
const rated = onlyFields(shows, 'id', 'stars');
const sold = onlyFields(shows, '__typename', 'id', 'seats');
const show = (_: object, { id }: { id: string }) => findBy(shows, 'id', id);
const nextOf = (row: { next: string | null }) => findBy(shows, 'id', row.next);
const stage = { __resolveReference: referenceTo(shows, 'id'), next: nextOf };
const poster = (row: { name: string }, { size }: { size: string }) => `${row.name}@${size}`;
const hint = (row: { stars: number | null }) => `${row.stars ?? 'no'} stars`;
const left = (row: { seats: number }) => row.seats;
const box = { __resolveReference: referenceTo(sold, 'id'), left };

/** An entity interface known to three subgraphs: as interface, as `@interfaceObject`, as types. */
export const theatre: OracleGraph = {
  name: 'theatre',
  subgraphs: [
    defineSubgraph({
      name: 'stage',
      typeDefs: `
        type Query { shows: [Show!]! show(id: ID!): Show opera: Opera }
        interface Show @key(fields: "id") { id: ID! name: String! next: Show poster(size: Size = M): String! }
        enum Size { S M }
        type Opera implements Show @key(fields: "id") {
          id: ID! name: String! next: Show poster(size: Size = M): String! acts: Int!
        }
        type Play implements Show @key(fields: "id") {
          id: ID! name: String! next: Show poster(size: Size = M): String! scenes: Int!
        }
        type Dance implements Show @key(fields: "id") {
          id: ID! name: String! next: Show poster(size: Size = M): String! dancers: Int
        }`,
      resolvers: {
        Query: { shows: () => shows, show, opera: () => shows[0] },
        Show: { __resolveReference: referenceTo(shows, 'id') },
        Opera: { ...stage, poster },
        Play: { ...stage, poster },
        Dance: { ...stage, poster },
      },
    }),
    defineSubgraph({
      name: 'ratings',
      typeDefs: `
        type Query { rated(min: Int!): [Show!]! review: Review }
        type Show @key(fields: "id") @interfaceObject { id: ID! stars: Int reviews: [Review!]! }
        type Review { text: String! of: Show! }`,
      resolvers: {
        Query: {
          rated: (_: object, { min }: { min: number }) =>
            rated.filter((row) => Number(row.stars ?? 0) >= min),
          review: () => ({ text: 'Loud', of: findBy(rated, 'id', 's3') }),
        },
        Show: {
          __resolveReference: referenceTo(rated, 'id'),
          reviews: (row: { id: string }) => [
            { text: `on ${row.id}`, of: findBy(rated, 'id', row.id) },
          ],
        },
      },
    }),
    defineSubgraph({
      name: 'tips',
      typeDefs: `
        type Show @key(fields: "id") @interfaceObject {
          id: ID!
          stars: Int @external
          hint: String! @requires(fields: "stars")
        }`,
      resolvers: { Show: { hint } },
    }),
    defineSubgraph({
      name: 'tickets',
      typeDefs: `
        type Query { cheap: [Opera!]! }
        type Opera @key(fields: "id") { id: ID! left: Int! }
        type Play @key(fields: "id") { id: ID! left: Int! }`,
      resolvers: { Query: { cheap: () => [sold[0]] }, Opera: box, Play: box },
    }),
  ],
  monolith: {
    Query: {
      shows: () => shows,
      show,
      opera: () => shows[0],
      rated: (_: object, { min }: { min: number }) =>
        shows.filter((row) => (row.stars ?? 0) >= min),
      review: () => ({ text: 'Loud', of: shows[2] }),
      cheap: () => [shows[0]],
    },
    Review: {},
    ...Object.fromEntries(
      ['Opera', 'Play', 'Dance'].map((type) => [
        type,
        {
          next: nextOf,
          poster,
          hint,
          left,
          reviews: (row: { id: string }) => [
            { text: `on ${row.id}`, of: findBy(shows, 'id', row.id) },
          ],
        },
      ]),
    ),
  },
  operations: {
    'three kinds of subgraphs over one interface':
      '{ shows { name stars ... on Opera { acts left } ... on Play { left } } }',
    'a hint that requires another interface object': '{ shows { hint } }',
    'a hint from one type': '{ opera { hint stars acts } }',
    'from the interface object to a type field':
      '{ rated(min: 4) { stars ... on Opera { acts } ... on Dance { dancers } } }',
    'from the interface object to a third subgraph':
      '{ rated(min: 0) { id ... on Play { left } } }',
    'from a nested interface object': '{ review { text of { name __typename } } }',
    'from a nested interface object, its own fields only': '{ review { of { id stars } } }',
    'the interface through itself': '{ shows { next { name next { stars hint } } } }',
    'interface objects in a chain of joins':
      '{ shows { reviews { of { reviews { text of { name } } } } } }',
    'interface field arguments': '{ shows { poster small: poster(size: S) } }',
    'interface field arguments from the interface object': {
      query: 'query ($s: Size) { rated(min: 4) { poster(size: $s) } }',
      variables: { s: 'S' },
    },
    'one name for one field with an argument by type':
      '{ rated(min: 0) { ... on Opera { p: poster(size: S) } ... on Play { p: poster } ... on Dance { p: hint } } }',
    'one name for joins of two types':
      '{ shows { ... on Opera { x: next { stars } } ... on Play { x: next { y: stars hint } } } }',
    'a concrete root to the interface object': '{ cheap { left stars name hint } }',
    '__typename from the interface object': '{ rated(min: 5) { __typename t: __typename } }',
    'a fragment of a type inside the chain':
      '{ shows { ... on Opera { next { ... on Play { left next { stars } } } } } }',
    'one show, not found': '{ show(id: "zz") { stars hint name } }',
    'conditions across the interface object': {
      query: 'query ($on: Boolean!) { shows { name stars @include(if: $on) hint @skip(if: $on) } }',
      variables: { on: true },
    },
    'the ratings are dead': {
      query: '{ shows { name stars } }',
      failing: ['ratings'],
      expected: {
        data: {
          shows: [
            { name: 'Aida', stars: null },
            { name: 'Yerma', stars: null },
            { name: 'Agon', stars: null },
          ],
        },
        errors: 'some',
      },
    },
  },
};
