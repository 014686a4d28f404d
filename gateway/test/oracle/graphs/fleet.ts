import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, onlyFields, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const vehicles = [
  { __typename: 'Truck', id: 't1', plate: 'AA', axles: 3, owner: 'o1', km: 120, tow: true },
  { __typename: 'Bike', id: 'v1', plate: 'BB', gears: 21, owner: 'o2', km: 8, bell: null },
  { __typename: 'Truck', id: 't2', plate: 'CC', axles: 2, owner: 'o2', km: 0, tow: false },
  { __typename: 'Boat', id: 'x1', plate: 'DD', draft: 1.5, owner: 'o1', km: 44 },
];
const owners = [
  { __typename: 'Person', id: 'o1', name: 'Rosa' },
  { __typename: 'Firm', id: 'o2', name: 'Acme', vat: 'V9' },
];
const meterRows = onlyFields(vehicles, '__typename', 'id', 'km', 'tow', 'bell');
const reference = { __resolveReference: referenceTo(vehicles, 'id') };
const metered = { __resolveReference: referenceTo(meterRows, 'id') };
const known = { __resolveReference: referenceTo(owners, 'id') };
const ownerOf = (row: { owner: string }) => findBy(owners, 'id', row.owner);
const fleetOf = (row: { id: string }) => vehicles.filter((vehicle) => vehicle.owner === row.id);
const cargo = (row: { axles: number }) => row.axles * 10;

/** Interfaces: value interfaces of entities, implemented in several subgraphs, and their joins. */
export const fleet: OracleGraph = {
  name: 'fleet',
  subgraphs: [
    defineSubgraph({
      name: 'registry',
      typeDefs: `
        type Query { vehicles: [Vehicle!]! vehicle(id: ID!): Vehicle trucks: [Truck!]! }
        interface Named { name: String! }
        interface Vehicle { id: ID! plate: String! owner: Owner }
        interface Wheeled implements Vehicle { id: ID! plate: String! owner: Owner wheels: Int! }
        type Truck implements Vehicle & Wheeled @key(fields: "id") {
          id: ID! plate: String! owner: Owner wheels: Int! axles: Int!
        }
        type Bike implements Vehicle & Wheeled @key(fields: "id") {
          id: ID! plate: String! owner: Owner wheels: Int! gears: Int!
        }
        type Boat implements Vehicle @key(fields: "id") {
          id: ID! plate: String! owner: Owner draft: Float
        }
        interface Owner { id: ID! fleet(first: Int = 9): [Vehicle!]! }
        type Person implements Owner & Named @key(fields: "id") {
          id: ID! name: String! fleet(first: Int = 9): [Vehicle!]!
        }
        type Firm implements Owner & Named @key(fields: "id") {
          id: ID! name: String! vat: String fleet(first: Int = 9): [Vehicle!]!
        }`,
      resolvers: {
        Query: {
          vehicles: () => vehicles,
          vehicle: (_, { id }) => findBy(vehicles, 'id', id),
          trucks: () => vehicles.filter((row) => row.__typename === 'Truck'),
        },
        Truck: { ...reference, owner: ownerOf, wheels: (row: { axles: number }) => row.axles * 2 },
        Bike: { ...reference, owner: ownerOf, wheels: () => 2 },
        Boat: { ...reference, owner: ownerOf },
        Person: {
          ...known,
          fleet: (row: { id: string }, { first }) => fleetOf(row).slice(0, Number(first)),
        },
        Firm: {
          ...known,
          fleet: (row: { id: string }, { first }) => fleetOf(row).slice(0, Number(first)),
        },
      },
    }),
    defineSubgraph({
      name: 'meters',
      typeDefs: `
        type Query { metered: [Metered!]! }
        interface Metered { id: ID! km: Int! }
        type Truck implements Metered @key(fields: "id") {
          id: ID! km: Int! tow: Boolean axles: Int! @external cargo: Int @requires(fields: "axles")
        }
        type Bike implements Metered @key(fields: "id") { id: ID! km: Int! bell: String }
        type Boat @key(fields: "id") { id: ID! km: Int! }`,
      resolvers: {
        Query: { metered: () => meterRows.filter((row) => row.__typename !== 'Boat') },
        Truck: { ...metered, cargo },
        Bike: metered,
        Boat: metered,
      },
    }),
  ],
  monolith: {
    Query: {
      vehicles: () => vehicles,
      vehicle: (_, { id }) => findBy(vehicles, 'id', id),
      trucks: () => vehicles.filter((row) => row.__typename === 'Truck'),
      metered: () => vehicles.filter((row) => row.__typename !== 'Boat'),
    },
    Truck: { owner: ownerOf, wheels: (row: { axles: number }) => row.axles * 2, cargo },
    Bike: { owner: ownerOf, wheels: () => 2 },
    Boat: { owner: ownerOf },
    Person: { fleet: (row: { id: string }, { first }) => fleetOf(row).slice(0, Number(first)) },
    Firm: { fleet: (row: { id: string }, { first }) => fleetOf(row).slice(0, Number(first)) },
  },
  operations: {
    'interface fields': '{ vehicles { id plate __typename } }',
    'fragments on implementations':
      '{ vehicles { ... on Truck { axles } ... on Bike { gears } ... on Boat { draft } } }',
    'a fragment that matches none of the list':
      '{ trucks { ... on Vehicle { ... on Wheeled { plate } } } }',
    'joins inside fragments':
      '{ vehicles { ... on Truck { km tow } ... on Bike { bell km } plate } }',
    'a join for one implementation alone': '{ vehicles { id ... on Boat { km } } }',
    'the same response name from different types':
      '{ vehicles { ... on Truck { n: axles } ... on Bike { n: gears } ... on Boat { n: km } } }',
    'a nested interface': '{ vehicles { owner { id ... on Firm { vat } ... on Named { name } } } }',
    'interface of interfaces and back':
      '{ vehicles { owner { fleet(first: 1) { plate owner { __typename } } } } }',
    'an interface in the middle of joins':
      '{ vehicles { owner { fleet { ... on Truck { cargo } ... on Boat { km } } } } }',
    'a fragment on another interface': '{ vehicles { ... on Wheeled { wheels plate } } }',
    'a fragment on an interface of another subgraph': '{ vehicles { ... on Metered { km } id } }',
    'a fragment on two interfaces':
      '{ metered { km ... on Vehicle { plate ... on Wheeled { wheels } } } }',
    'an interface root of the second subgraph':
      '{ metered { id km ... on Truck { axles tow cargo } } }',
    '@requires in a fragment': '{ vehicles { ... on Truck { cargo } } trucks { cargo axles } }',
    'named fragments that nest':
      '{ vehicles { ...V } } fragment V on Vehicle { plate ...T } fragment T on Truck { axles km ...V2 } fragment V2 on Vehicle { id }',
    '__typename under aliases':
      '{ vehicles { kind: __typename ... on Truck { inner: __typename tow } } }',
    'one vehicle, which is a boat':
      '{ vehicle(id: "x1") { __typename plate ... on Truck { axles } } }',
    'nothing but a fragment that does not match':
      '{ vehicle(id: "x1") { ... on Truck { axles tow } } }',
    'conditions on fragments': {
      query:
        'query ($t: Boolean!, $b: Boolean!) { vehicles { id ... on Truck @include(if: $t) { km axles } ... on Bike @skip(if: $b) { bell gears } } }',
      variables: { t: true, b: true },
    },
    'a condition on a root whose selection is left out': {
      query: 'query ($on: Boolean!) { vehicles @include(if: $on) { id @skip(if: true) } }',
      variables: { on: true },
    },
    'a root twice, once with a required field left out': {
      query: `query ($on: Boolean!) { trucks @include(if: $on) { plate tow } ...F }
        fragment F on Query { trucks { cargo @skip(if: true) id } }`,
      variables: { on: true },
    },
    'a required field left out by a literal': '{ trucks { cargo @include(if: false) km } }',
    'the second subgraph is dead': {
      query: '{ vehicles { id ... on Bike { bell } ... on Truck { tow } } }',
      failing: ['meters'],
      expected: {
        data: {
          vehicles: [
            { id: 't1', tow: null },
            { id: 'v1', bell: null },
            { id: 't2', tow: null },
            { id: 'x1' },
          ],
        },
        errors: 'some',
      },
    },
  },
};
