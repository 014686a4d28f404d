import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const jars = [
  { id: 'j1', label: 'Plum', grams: 200, place: { row: 1, side: 'L' }, best: { day: 3, month: 4 } },
  { id: 'j2', label: '', grams: 0, place: { row: 0, side: 'R' }, best: null },
];
const chefs = [{ email: 'a@p.test', name: 'Abe', likes: ['j2', 'j1'], age: 0 }];
const chef = (email: unknown) => findBy(chefs, 'email', email);
const likesOf = (row: { likes: readonly string[] }) =>
  row.likes.map((id) => findBy(jars, 'id', id));
const weightText = (row: { grams: number; label: string }) => `${row.label}=${row.grams}`;
const kitchen = { name: 'home', temperature: 21, doors: 2, lamp: { on: false, lux: 5 } };

/** Value types and roots shared by subgraphs, beside subgraphs of Federation 1. */
export const pantry: OracleGraph = {
  name: 'pantry',
  subgraphs: [
    defineSubgraph({
      name: 'jars',
      typeDefs: `
        type Query { jars: [Jar!]! jar(id: ID!): Jar kitchen: Kitchen! @shareable }
        type Jar @key(fields: "id") {
          id: ID!
          label: String!
          grams: Int @shareable
          place: Place! @shareable
          best: Day
        }
        type Place @shareable { row: Int! side: String }
        type Day { day: Int! @shareable month: Int }
        type Kitchen { name: String! @shareable temperature: Int lamp: Lamp @shareable }
        type Lamp { on: Boolean! }`,
      resolvers: {
        Query: {
          jars: () => jars,
          jar: (_, { id }) => findBy(jars, 'id', id),
          kitchen: () => kitchen,
        },
        Jar: { __resolveReference: referenceTo(jars, 'id') },
      },
    }),
    defineSubgraph({
      name: 'scales',
      typeDefs: `
        type Query { heaviest: Jar kitchen: Kitchen! @shareable }
        type Jar @key(fields: "id") { id: ID! grams: Int @shareable place: Place! @shareable }
        type Place @shareable { row: Int! side: String }
        type Kitchen { name: String! @shareable doors: Int! lamp: Lamp @shareable }
        type Lamp { lux: Int }`,
      resolvers: {
        Query: { heaviest: () => jars[0], kitchen: () => kitchen },
        Jar: { __resolveReference: referenceTo(jars, 'id') },
      },
    }),
    defineSubgraph({
      name: 'chefs-fed1',
      federation: 1,
      typeDefs: `
        type Query { chefs: [Chef!]! }
        type Chef @key(fields: "email") { email: ID! name: String! likes: [Jar!]! }
        extend type Jar @key(fields: "id") { id: ID! @external }`,
      resolvers: {
        Query: { chefs: () => chefs },
        Chef: {
          __resolveReference: ({ email }) => chef(email),
          likes: (row: { likes: readonly string[] }) => row.likes.map((id) => ({ id })),
        },
      },
    }),
    defineSubgraph({
      name: 'labels-fed1',
      federation: 1,
      typeDefs: `
        extend type Query { oldest: Chef }
        extend type Chef @key(fields: "email") { email: ID! @external age: Int }
        extend type Jar @key(fields: "id") {
          id: ID! @external
          label: String! @external
          grams: Int @external
          weightText: String! @requires(fields: "label grams")
        }`,
      resolvers: {
        Query: { oldest: () => ({ email: 'a@p.test' }) },
        Chef: { age: (row: { email: string }) => chef(row.email)?.age },
        Jar: { weightText },
      },
    }),
  ],
  monolith: {
    Query: {
      jars: () => jars,
      jar: (_, { id }) => findBy(jars, 'id', id),
      kitchen: () => kitchen,
      heaviest: () => jars[0],
      chefs: () => chefs,
      oldest: () => chefs[0],
    },
    Chef: { likes: likesOf },
    Jar: { weightText },
  },
  operations: {
    'a shared value type': '{ jars { label place { row side } } }',
    'a shared value type from the second subgraph': '{ heaviest { grams place { side } } }',
    'a shared root answered by two subgraphs': '{ kitchen { name temperature doors } }',
    'a shared root whose parts are in two subgraphs, nested': '{ kitchen { lamp { on lux } } }',
    'a shared root by the second subgraph alone': '{ kitchen { doors lamp { lux } } }',
    'a shared root twice': '{ a: kitchen { temperature } b: kitchen { doors lamp { on } } }',
    'a type that is partly shared': '{ jars { best { day month } } }',
    'Federation 1 to Federation 2': '{ chefs { name likes { label grams } } }',
    'Federation 2 to Federation 1 by @requires': '{ jars { weightText } }',
    'Federation 1 to Federation 1': '{ chefs { name age } oldest { name age } }',
    'all four subgraphs':
      '{ oldest { age likes { weightText place { row } grams } } kitchen { name } }',
    'from the scales, everything': '{ heaviest { weightText label best { month } grams } }',
    'falsy values on the way through': '{ jar(id: "j2") { weightText grams label place { row } } }',
    'a dead sharer': {
      query: '{ heaviest { grams label } jars { id } }',
      failing: ['jars'],
      expected: { data: null, errors: 'some' },
    },
  },
};
