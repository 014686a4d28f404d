import { derivedOracleGraph } from '../random-graphs/derived-oracle-graph.ts';

/** Types that are extended in every way there is, fields moved away from where nobody is any more. */
export const annex = derivedOracleGraph(
  'annex',
  [
    {
      name: 'house',
      typeDefs: `
        type Query { rooms: [Room!]! room(id: ID): Room spaces: [Space!]! }
        interface Space { id: ID! area: Int }
        type Room implements Space @key(fields: "id") { id: ID! area: Int door: Door! name: String @shareable }
        type Hall implements Space @key(fields: "id") { id: ID! area: Int lift: Boolean }
        type Door @key(fields: "id room { id }") { id: ID! room: Room! width: Int }`,
    },
    {
      name: 'annex',
      typeDefs: `
        extend type Room @key(fields: "id") {
          id: ID! @external
          area: Int @override(from: "house")
          heat: Float
        }
        type Hall @extends @key(fields: "id") { id: ID! @external echo: Int }
        extend type Query { warmest: Room halls: [Hall] }`,
    },
    {
      name: 'keys',
      typeDefs: `
        type Door @key(fields: "id room { id }") {
          id: ID!
          room: Room!
          locks: [Int!]! @override(from: "locksmith")
        }
        type Room @key(fields: "id", resolvable: false) { id: ID! }
        type Query { front: Door }`,
    },
    {
      name: 'paint',
      federation: 1,
      typeDefs: `
        type Query { shades: [Shade!]! }
        extend type Room @key(fields: "id") {
          id: ID! @external
          name: String @external
          heat: Float @external
          shade: Shade @requires(fields: "heat name")
          favourite: Boolean
        }
        type Shade { tone: Int walls: [Room!] @provides(fields: "name") }`,
    },
  ],
  {
    'a field that moved, where it was': '{ rooms { area } }',
    'a field that moved, where it went': '{ warmest { area heat name } }',
    'a moved field of an interface': '{ spaces { id area } }',
    'a moved field of an interface beside fragments':
      '{ spaces { __typename area ... on Room { heat } ... on Hall { echo lift } } }',
    'a field moved from a subgraph that is gone':
      '{ front { locks width } rooms { door { locks } } }',
    'a key that looks into another entity': '{ front { room { name door { width locks } } } }',
    'an extended type by its directive': '{ halls { id area echo lift } }',
    'an extension of federation 1 that requires': '{ rooms { shade { tone } } }',
    'fields that federation 1 provides': '{ shades { tone walls { name } } }',
    'provided and other fields at once': '{ shades { walls { name area favourite door { id } } } }',
    'all that is known of a room':
      '{ room(id: "x") { id area name heat favourite shade { tone } door { id width locks } } }',
    'aliases of moved fields': '{ rooms { heat: area area: heat name: favourite } }',
    'the old subgraph is dead': {
      query: '{ warmest { area } }',
      failing: ['house'],
      expected: { data: { warmest: { area: 4 } } },
    },
  },
);
