import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const fail = (message: string) => () => {
  throw new Error(message);
};
const trees = [
  { id: 't1', name: 'Apple', fruit: 3, sap: 'x', roots: ['a', 'b'] },
  { id: 't2', name: null, fruit: null, sap: null, roots: ['a', null] },
  { id: 't3', name: 'Pear', fruit: 0, sap: '', roots: null },
];
type Tree = (typeof trees)[number];
const grids = {
  loose: [[1, null], null, []],
  rows: [[1, 2], null],
  cells: [[1, null], [2]],
  strict: [[1], [2, null]],
};
const sick = (row: { id: string }) => {
  if (row.id === 't2') throw new Error(`Tree ${row.id} is sick`);
  return `${row.id} is well`;
};
const neighbour = (row: { id: string }) =>
  ({ t1: trees[1], t2: trees[2], t3: null })[row.id] ?? null;

/** Null propagation, through objects, lists, lists of lists and joins; errors and where they are. */
export const orchard: OracleGraph = {
  name: 'orchard',
  subgraphs: [
    defineSubgraph({
      name: 'trees',
      typeDefs: `
        type Query {
          trees: [Tree!]!
          maybeTrees: [Tree]
          tree(id: ID!): Tree
          firm(id: ID!): Tree!
          grid: Grid
          broken: String
          brokenFirmly: String!
          box: Box
        }
        type Box { inner: Inner! label: String }
        type Inner { core: Core! seeds: [Core!] }
        type Core { hard: Int! soft: Int }
        type Grid { loose: [[Int]] rows: [[Int!]]! cells: [[Int]!]! strict: [[Int!]!] }
        type Tree @key(fields: "id") { id: ID! name: String neighbour: Tree loud: String! }`,
      resolvers: {
        Query: {
          trees: () => trees,
          maybeTrees: () => [trees[0], null, trees[1]],
          tree: (_, { id }) => findBy(trees, 'id', id),
          firm: (_, { id }) => findBy(trees, 'id', id),
          grid: () => grids,
          broken: fail('broken'),
          brokenFirmly: fail('broken firmly'),
          box: () => ({
            label: 'L',
            inner: { core: { hard: null, soft: 0 }, seeds: [{ hard: 1 }, { soft: 2 }] },
          }),
        },
        Tree: {
          __resolveReference: referenceTo(trees, 'id'),
          neighbour,
          loud: (row: Tree) => row.name?.toUpperCase(),
        },
      },
    }),
    defineSubgraph({
      name: 'science',
      typeDefs: `
        type Tree @key(fields: "id") {
          id: ID!
          fruit: Int!
          sap: String
          roots: [String!]
          sick: String
          sickFirmly: String!
          lab: Lab
        }
        type Lab { result: Result! }
        type Result { value: Int! note: String }`,
      resolvers: {
        Tree: {
          __resolveReference: referenceTo(trees, 'id'),
          sick,
          sickFirmly: sick,
          lab: (row: Tree) => ({ result: { value: row.fruit, note: row.sap } }),
        },
      },
    }),
  ],
  monolith: {
    Query: {
      trees: () => trees,
      maybeTrees: () => [trees[0], null, trees[1]],
      tree: (_, { id }) => findBy(trees, 'id', id),
      firm: (_, { id }) => findBy(trees, 'id', id),
      grid: () => grids,
      broken: fail('broken'),
      brokenFirmly: fail('broken firmly'),
      box: () => ({
        label: 'L',
        inner: { core: { hard: null, soft: 0 }, seeds: [{ hard: 1 }, { soft: 2 }] },
      }),
    },
    Tree: {
      neighbour,
      loud: (row: Tree) => row.name?.toUpperCase(),
      sick,
      sickFirmly: sick,
      lab: (row: Tree) => ({ result: { value: row.fruit, note: row.sap } }),
    },
  },
  operations: {
    'a nullable field is null': '{ trees { name sap } }',
    'a non-null field of a join is null in a nullable list': '{ maybeTrees { id fruit } }',
    'a non-null field of a join is null in a non-null list': '{ trees { id fruit } }',
    'a non-null field of a join is null in a nullable object': '{ tree(id: "t2") { id fruit } }',
    'a non-null field of a join is null under a non-null root': '{ firm(id: "t2") { fruit } }',
    'a non-null root is null': '{ firm(id: "none") { id } }',
    'a non-null root beside another root': '{ firm(id: "none") { id } tree(id: "t1") { fruit } }',
    'falsy values are not null': '{ tree(id: "t3") { fruit sap } }',
    'null in a list of non-null': '{ tree(id: "t2") { id roots } }',
    'null for a list': '{ tree(id: "t3") { roots } }',
    'an object chain of non-nulls': '{ tree(id: "t2") { id lab { result { value } } } }',
    'an object chain of non-nulls, alive': '{ tree(id: "t1") { lab { result { value note } } } }',
    'the bottom of a chain in the first subgraph': '{ box { label inner { core { hard } } } }',
    'the bottom of a chain beside what is well': '{ box { inner { core { soft } } } }',
    'a list in a chain': '{ box { inner { seeds { soft } } } }',
    'a list in a chain whose items fail': '{ box { inner { seeds { hard } core { soft } } } }',
    'a list of lists of nullables': '{ grid { loose } }',
    'a null row among non-null cells': '{ grid { rows } }',
    'a null cell': '{ grid { cells } }',
    'a null cell in a strict grid': '{ grid { strict loose } }',
    'a subgraph throws for a nullable field': '{ broken tree(id: "t1") { name } }',
    'a subgraph throws for a non-null field': '{ brokenFirmly tree(id: "t1") { name } }',
    'a subgraph throws for one of a list': '{ trees { id loud } }',
    'a subgraph throws for one of a nullable list': '{ maybeTrees { loud } }',
    'an entity field throws': '{ trees { id sick } }',
    'an entity field throws under an alias': '{ wood: maybeTrees { state: sick id } }',
    'a non-null entity field throws': '{ maybeTrees { id sickFirmly } }',
    'a non-null entity field throws in a non-null list': '{ trees { id sickFirmly } }',
    'an entity field throws two joins deep':
      '{ tree(id: "t1") { neighbour { sick neighbour { fruit sick } } } }',
    'the same broken entity at two paths':
      '{ a: tree(id: "t2") { sick } b: tree(id: "t2") { id sick } }',
    'a dead subgraph under a non-null field': {
      query: '{ maybeTrees { id fruit } }',
      failing: ['science'],
      expected: { data: { maybeTrees: [null, null, null] }, errors: 'some' },
    },
    'a dead subgraph under nullable fields': {
      query: '{ trees { id sap lab { result { value } } } }',
      failing: ['science'],
      expected: {
        data: {
          trees: [
            { id: 't1', sap: null, lab: null },
            { id: 't2', sap: null, lab: null },
            { id: 't3', sap: null, lab: null },
          ],
        },
        errors: 'some',
      },
    },
    'the root subgraph is dead': {
      query: '{ tree(id: "t1") { id sap } maybeTrees { id } }',
      failing: ['trees'],
      expected: { data: { tree: null, maybeTrees: null }, errors: 'some' },
    },
    'the root subgraph is dead under a non-null root': {
      query: '{ trees { id } }',
      failing: ['trees'],
      expected: { data: null, errors: 'some' },
    },
    'every subgraph is dead': {
      query: '{ tree(id: "t1") { id sap } }',
      failing: ['trees', 'science'],
      expected: { data: { tree: null }, errors: 'some' },
    },
  },
};
