import { derivedOracleGraph } from '../random-graphs/derived-oracle-graph.ts';

/** Unions and interfaces of which each subgraph knows other members, below what they have in common. */
export const fairground = derivedOracleGraph(
  'fairground',
  [
    {
      name: 'rides',
      typeDefs: `
        type Query { plan: Plan @shareable stalls: [Stall!]! open: Ride @shareable }
        type Plan @shareable { spot: Spot places: [Spot!]! }
        union Spot = Ride | Stall
        union Prize = Ride | Toy
        interface Noisy { id: ID! noise: Int }
        type Ride implements Noisy @key(fields: "id") { id: ID! noise: Int height: Int! prize: Prize }
        type Stall @key(fields: "id") { id: ID! spot: Spot @shareable menu: [Item!] @shareable }
        type Toy { id: ID! @shareable soft: Boolean @shareable }
        union Item = Toy | Drink
        type Drink { id: ID! @shareable cold: Boolean }`,
    },
    {
      name: 'food',
      typeDefs: `
        type Query { plan: Plan @shareable nextSpot: Spot loud: [Noisy] }
        type Plan @shareable { spot: Spot places: [Spot!]! }
        union Spot = Stall | Bench
        interface Noisy { id: ID! }
        type Stall implements Noisy @key(fields: "id") {
          id: ID! spot: Spot @shareable menu: [Item!] @shareable hot: Boolean
        }
        type Bench implements Noisy @key(fields: "id") { id: ID! seats: Int noise: Int }
        union Item = Snack | Toy
        type Snack { id: ID! @shareable salt: Float }
        type Toy { id: ID! @shareable soft: Boolean @shareable }`,
    },
    {
      name: 'nights',
      typeDefs: `
        type Query { open: Ride @shareable winner: Prize }
        type Ride @key(fields: "id") { id: ID! lamps: [Lamp] }
        type Bench @key(fields: "id") { id: ID! lamps: [Lamp] }
        type Stall @key(fields: "id") { id: ID! noise: Int }
        type Lamp { watts: Int }
        union Prize = Bench | Toy
        type Toy { id: ID! @shareable soft: Boolean @shareable }`,
    },
  ],
  {
    'what both subgraphs know of a union':
      '{ plan { spot { __typename ... on Stall { id hot } } places { __typename ... on Stall { id } } } }',
    'members that one of the two does not know':
      '{ plan { spot { ... on Ride { height } ... on Bench { seats } ... on Stall { id } } } }',
    'a union below an entity that both have':
      '{ stalls { spot { __typename ... on Bench { seats } ... on Ride { height } } } }',
    'a union below an entity beside a field of one': '{ stalls { hot menu { __typename } } }',
    'members of value types':
      '{ stalls { menu { ... on Toy { soft } ... on Drink { cold } ... on Snack { salt } } } }',
    'a union of one subgraph alone':
      '{ nextSpot { ... on Bench { seats lamps { watts } } ... on Stall { id noise } ... on Ride { lamps { watts } } } }',
    'another union under the same name in each':
      '{ open { prize { ... on Toy { soft } ... on Ride { id } ... on Bench { seats } } } winner { ... on Toy { id } ... on Bench { lamps { watts } } } }',
    'an interface with other fields in each subgraph': '{ loud { __typename id noise } }',
    'an interface on members of a union':
      '{ nextSpot { ... on Noisy { id noise } } plan { spot { ... on Noisy { noise } } } }',
    'a union within an interface within a union':
      '{ nextSpot { ... on Noisy { ... on Stall { menu { ... on Toy { id soft } } } } } }',
    'the members’ names alone':
      '{ plan { places { __typename } spot { __typename } } winner { __typename } }',
    'a shared root with fields of both': '{ open { id height lamps { watts } noise } }',
    'aliases across members':
      '{ nextSpot { ... on Stall { a: hot b: id } ... on Bench { c: seats b: id } } }',
  },
);
