import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const cooks = [
  { id: 'c1', name: 'Mina', stars: 3, school: { id: 's1', city: 'Lyon' } },
  { id: 'c2', name: 'Otto', stars: 0, school: { id: 's2', city: 'Graz' } },
];
const dishes = [
  { id: 'd1', title: 'Soup', cookId: 'c1', ingredients: ['leek', 'salt'] },
  { id: 'd2', title: 'Cake', cookId: 'c2', ingredients: [] },
  { id: 'd3', title: 'Bread', cookId: 'c1', ingredients: ['flour'] },
];
const cookOf = (row: { cookId: string }) => findBy(cooks, 'id', row.cookId);
const special = () => dishes[1];

/** `@provides` (plain, nested, through lists) and `@external`. */
export const kitchen: OracleGraph = {
  name: 'kitchen',
  subgraphs: [
    defineSubgraph({
      name: 'staff',
      typeDefs: `
        type Query { cooks: [Cook!]! cook(id: ID!): Cook }
        type Cook @key(fields: "id") {
          id: ID!
          name: String! @shareable
          stars: Int @shareable
          school: School @shareable
        }
        type School @key(fields: "id") { id: ID! city: String! @shareable }`,
      resolvers: {
        Query: { cooks: () => cooks, cook: (_, { id }) => findBy(cooks, 'id', id) },
        Cook: { __resolveReference: referenceTo(cooks, 'id') },
        School: {
          __resolveReference: ({ id }) => cooks.find((cook) => cook.school.id === id)?.school,
        },
      },
    }),
    defineSubgraph({
      name: 'menu',
      typeDefs: `
        type Query {
          dishes: [Dish!]!
          special: Dish @provides(fields: "cook { name stars }")
          teachers: [Cook!]! @provides(fields: "school { city }")
        }
        type Dish @key(fields: "id") {
          id: ID!
          title: String!
          cook: Cook @provides(fields: "name")
          ingredients: [String!]!
        }
        type Cook @key(fields: "id") {
          id: ID!
          name: String! @external
          stars: Int @external
          school: School @external
        }
        type School @key(fields: "id") { id: ID! city: String! @external }`,
      resolvers: {
        Query: { dishes: () => dishes, special, teachers: () => cooks },
        Dish: { cook: cookOf, __resolveReference: referenceTo(dishes, 'id') },
      },
    }),
  ],
  monolith: {
    Query: {
      cooks: () => cooks,
      cook: (_, { id }) => findBy(cooks, 'id', id),
      dishes: () => dishes,
      special,
      teachers: () => cooks,
    },
    Dish: { cook: cookOf },
  },
  operations: {
    'a provided field needs no join': '{ dishes { title cook { name } } }',
    'a provided field beside another': '{ dishes { cook { name stars } } }',
    'a provided path from the root': '{ special { title cook { stars name } } }',
    'a provided path and one field more': '{ special { cook { stars school { city } } } }',
    'a provided nested path': '{ teachers { school { city } } }',
    'a provided nested path and its key': '{ teachers { id school { id city } name } }',
    'the same type where nothing is provided':
      '{ cooks { name school { city } } cook(id: "c2") { stars } }',
    'provided under aliases': '{ special { who: cook { called: name rank: stars } } }',
    'provided in a fragment':
      '{ dishes { ...D } } fragment D on Dish { cook { ... on Cook { name } } }',
    'the provider is dead': {
      query: '{ special { title } cooks { name } }',
      failing: ['menu'],
      expected: {
        data: { special: null, cooks: [{ name: 'Mina' }, { name: 'Otto' }] },
        errors: 'some',
      },
    },
    'the owner is dead, what is provided is not': {
      query: '{ special { cook { name stars } } }',
      failing: ['staff'],
      expected: { data: { special: { cook: { name: 'Otto', stars: 0 } } } },
    },
  },
};
