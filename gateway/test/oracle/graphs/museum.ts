import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, onlyFields, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const exhibits = [
  { __typename: 'Painting', id: 'x1', title: 'Dusk', width: 30, visits: 7, room: 'r1' },
  { __typename: 'Statue', id: 'x2', title: 'Faun', height: 90, visits: 0, room: 'r2' },
  { __typename: 'Painting', id: 'x3', title: 'Dawn', width: 45, visits: 2, room: 'r1' },
];
const visitRows = onlyFields(exhibits, 'id', 'visits', 'room');
const rooms = [
  { id: 'r1', floor: 0 },
  { id: 'r2', floor: 1 },
];
const byId = (_: object, { id }: { id: string }) => findBy(exhibits, 'id', id);
const roomOf = (row: { room: string }) => findBy(rooms, 'id', row.room);
const repairs = (row: { visits: number }, { since }: { since: number }) => row.visits * 2 + since;
const score = (row: { title: string; visits: number }) => `${row.title}:${row.visits}`;

/** `@interfaceObject` with resolvable keys: one subgraph adds fields to every implementation. */
export const museum: OracleGraph = {
  name: 'museum',
  subgraphs: [
    defineSubgraph({
      name: 'collection',
      typeDefs: `
        type Query { exhibits: [Exhibit!]! exhibit(id: ID!): Exhibit paintings: [Painting!]! }
        interface Exhibit @key(fields: "id") { id: ID! title: String! }
        type Painting implements Exhibit @key(fields: "id") { id: ID! title: String! width: Int! }
        type Statue implements Exhibit @key(fields: "id") { id: ID! title: String! height: Int! }`,
      resolvers: {
        Query: {
          exhibits: () => exhibits,
          exhibit: byId,
          paintings: () => exhibits.filter((row) => row.__typename === 'Painting'),
        },
        Exhibit: { __resolveReference: referenceTo(exhibits, 'id') },
        Painting: { __resolveReference: referenceTo(exhibits, 'id') },
        Statue: { __resolveReference: referenceTo(exhibits, 'id') },
      },
    }),
    defineSubgraph({
      name: 'visits',
      typeDefs: `
        type Query { mostVisited: Exhibit! busy(min: Int! = 1): [Exhibit!]! }
        type Exhibit @key(fields: "id") @interfaceObject {
          id: ID!
          title: String! @external
          visits: Int!
          repairs(since: Int = 0): Int!
          room: Room
          score: String! @requires(fields: "title")
        }
        type Room @key(fields: "id") { id: ID! floor: Int! }`,
      resolvers: {
        Query: {
          mostVisited: () => visitRows[0],
          busy: (_: object, { min }: { min: number }) =>
            visitRows.filter((row) => Number(row.visits) >= min),
        },
        Exhibit: { __resolveReference: referenceTo(visitRows, 'id'), room: roomOf, score, repairs },
        Room: { __resolveReference: referenceTo(rooms, 'id') },
      },
    }),
  ],
  monolith: {
    Query: {
      exhibits: () => exhibits,
      exhibit: byId,
      paintings: () => exhibits.filter((row) => row.__typename === 'Painting'),
      mostVisited: () => exhibits[0],
      busy: (_: object, { min }: { min: number }) => exhibits.filter((row) => row.visits >= min),
    },
    Painting: { room: roomOf, score, repairs },
    Statue: { room: roomOf, score, repairs },
  },
  operations: {
    'a field that the interface object adds': '{ exhibits { id visits } }',
    'a concrete type and an added field':
      '{ exhibits { __typename title visits ... on Statue { height } } }',
    'added fields inside fragments':
      '{ exhibits { ... on Painting { width visits } ... on Statue { room { floor } } } }',
    'from the interface object to the interface': '{ mostVisited { id title visits } }',
    'the real type behind the interface object': '{ mostVisited { __typename visits } }',
    'a fragment on a type that the subgraph does not know':
      '{ busy { ... on Painting { width title } visits } }',
    'a fragment on the other type': '{ busy(min: 0) { ... on Statue { height __typename } id } }',
    '@requires on an interface object': '{ exhibits { score } }',
    '@requires from the interface object itself': '{ busy { score } }',
    'a nested type of the interface object':
      '{ mostVisited { room { id floor } ... on Painting { width } } }',
    'a concrete list and an added field': '{ paintings { width visits score } }',
    'one name for two fields of the interface object':
      '{ exhibits { ... on Painting { n: visits } ... on Statue { n: repairs } } }',
    'one name for one field with two arguments':
      '{ exhibits { ... on Painting { n: repairs } ... on Statue { n: repairs(since: 9) } } busy { ... on Painting { n: repairs(since: 3) } } }',
    'a fragment of one type that holds nothing but another’s':
      '{ busy { ... on Painting { ... on Exhibit { ... on Statue { score } } } } }',
    'nothing found': '{ exhibit(id: "none") { visits title } }',
    'aliases over the interface object':
      '{ e: exhibits { v: visits kind: __typename r: room { f: floor } } }',
    '@requires on one implementation of a mixed list':
      '{ exhibits { ... on Statue { score } title } }',
    '@requires on one implementation beside a field of all':
      '{ exhibits { room { floor } ... on Statue { score } } }',
    '@requires on the implementation that it is not': '{ mostVisited { ... on Statue { score } } }',
    'a named fragment on the interface':
      '{ exhibits { ...E } busy { ...E } } fragment E on Exhibit { title visits ... on Painting { width } }',
    'the adding subgraph is dead': {
      query: '{ exhibits { title room { floor } } }',
      failing: ['visits'],
      expected: {
        data: {
          exhibits: [
            { title: 'Dusk', room: null },
            { title: 'Faun', room: null },
            { title: 'Dawn', room: null },
          ],
        },
        errors: 'some',
      },
    },
  },
};
