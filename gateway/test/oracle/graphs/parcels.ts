import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, onlyFields, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

type Box = {
  readonly label: string;
  readonly grams: number;
};
type Parcel = {
  readonly id: string;
  readonly weight: number;
  readonly fragile: boolean;
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly boxes: readonly Box[];
  readonly rate: number;
};

const parcels: Parcel[] = [
  {
    id: 'p1',
    weight: 10,
    fragile: true,
    size: { width: 3, height: 4 },
    boxes: [
      { label: 'lid', grams: 5 },
      { label: 'base', grams: 50 },
    ],
    rate: 3,
  },
  { id: 'p2', weight: 4, fragile: false, size: null, boxes: [], rate: 2 },
  { id: 'p3', weight: 7, fragile: true, size: { width: 1, height: 9 }, boxes: [], rate: 5 },
];
const depotRows = onlyFields(parcels, 'id', 'weight', 'fragile', 'size', 'boxes');
const rateRows = onlyFields(parcels, 'id', 'rate');

// Each takes what @requires names, from the representation or from the full row.
const postage = (row: { weight: number; rate: number }) => row.weight * row.rate;
const area = (row: Pick<Parcel, 'size'>) => (row.size ? row.size.width * row.size.height : null);
const manifest = (row: Pick<Parcel, 'boxes'>) =>
  row.boxes.map((box) => `${box.label}:${box.grams}`);
const insured = (row: { postage: number; fragile: boolean }) =>
  row.fragile ? row.postage * 10 : 0;
const customs = (row: { insured: number }) => `value ${row.insured}`;
const audit = (row: { customs: string; area: number | null }) => `${row.customs} / ${row.area}`;

const withPostage = (row: Parcel) => ({ ...row, postage: postage(row) });
const withInsured = (row: Parcel) => ({ ...row, insured: insured(withPostage(row)) });

/** `@requires`: plain, nested selections, lists, and chains of them through three subgraphs. */
export const parcelGraph: OracleGraph = {
  name: 'parcels',
  subgraphs: [
    defineSubgraph({
      name: 'depot',
      typeDefs: `
        type Query { parcels: [Parcel!]! parcel(id: ID!): Parcel }
        type Parcel @key(fields: "id") {
          id: ID!
          weight: Int!
          fragile: Boolean!
          size: Size
          boxes: [Box!]!
        }
        type Size { width: Int! height: Int! }
        type Box { label: String! grams: Int! }`,
      resolvers: {
        Query: {
          parcels: () => depotRows,
          parcel: (_, { id }) => findBy(depotRows, 'id', id),
        },
        Parcel: { __resolveReference: referenceTo(depotRows, 'id') },
      },
    }),
    defineSubgraph({
      name: 'rates',
      typeDefs: `
        type Parcel @key(fields: "id") {
          id: ID!
          weight: Int! @external
          size: Size @external
          boxes: [Box!]! @external
          rate: Int!
          postage: Int! @requires(fields: "weight")
          area: Int @requires(fields: "size { width height }")
          manifest: [String!]! @requires(fields: "boxes { label grams }")
        }
        type Size { width: Int! @external height: Int! @external }
        type Box { label: String! @external grams: Int! @external }`,
      resolvers: {
        Parcel: { __resolveReference: referenceTo(rateRows, 'id'), postage, area, manifest },
      },
    }),
    defineSubgraph({
      name: 'insurance',
      typeDefs: `
        type Parcel @key(fields: "id") {
          id: ID!
          postage: Int! @external
          fragile: Boolean! @external
          insured: Int! @requires(fields: "postage fragile")
        }`,
      resolvers: { Parcel: { insured } },
    }),
    defineSubgraph({
      name: 'border',
      typeDefs: `
        type Query { held: [Parcel!]! }
        type Parcel @key(fields: "id") {
          id: ID!
          insured: Int! @external
          area: Int @external
          customs: String! @requires(fields: "insured")
          audit: String! @requires(fields: "insured area")
        }`,
      resolvers: {
        Query: { held: () => [{ id: 'p3' }, { id: 'p1' }] },
        Parcel: {
          customs,
          audit: (row: { insured: number; area: number | null }) =>
            audit({ customs: customs(row), area: row.area }),
        },
      },
    }),
  ],
  monolith: {
    Query: {
      parcels: () => parcels,
      parcel: (_, { id }) => findBy(parcels, 'id', id),
      held: () => [parcels[2], parcels[0]],
    },
    Parcel: {
      postage,
      area,
      manifest,
      insured: (row: Parcel) => insured(withPostage(row)),
      customs: (row: Parcel) => customs(withInsured(row)),
      audit: (row: Parcel) => audit({ customs: customs(withInsured(row)), area: area(row) }),
    },
  },
  operations: {
    'a plain @requires': '{ parcels { postage } }',
    'a plain @requires beside what it requires': '{ parcels { weight postage rate id } }',
    'a required field under an alias': '{ parcels { kilos: weight weight: id cost: postage } }',
    'a nested selection': '{ parcels { id area } }',
    'a nested selection, partly selected by the client': '{ parcels { size { height } area } }',
    'a list of objects': '{ parcels { manifest } }',
    'a list of objects, aliased by the client': '{ parcels { boxes { name: label } manifest } }',
    'a chain of two': '{ parcels { insured } }',
    'a chain of three': '{ parcels { customs } }',
    'a chain with two ends': '{ parcels { audit } }',
    'a chain from another root': '{ held { id customs } }',
    'everything at once':
      '{ held { audit customs insured postage area manifest rate weight fragile } }',
    'in a fragment on the type':
      '{ held { ...P } } fragment P on Parcel { postage ... on Parcel { insured } }',
    'in the middle of a chain under @include': {
      query: 'query ($deep: Boolean!) { parcels { postage customs @include(if: $deep) } }',
      variables: { deep: false },
    },
    'the chain under @include true': {
      query: 'query ($deep: Boolean!) { parcels { postage customs @include(if: $deep) } }',
      variables: { deep: true },
    },
    'a required list without the required field beside it': {
      query: 'query ($on: Boolean!) { parcels { manifest insured @include(if: $on) } }',
      variables: { on: false },
    },
    'a chain of which one end is left out by a literal':
      '{ parcel(id: "p1") { audit @skip(if: true) customs } }',
    'nothing found': '{ parcel(id: "none") { audit } }',
    'a dead subgraph at the start of a chain': {
      query: '{ parcel(id: "p1") { id area } }',
      failing: ['rates'],
      expected: { data: { parcel: { id: 'p1', area: null } }, errors: 'some' },
    },
    'a dead subgraph in the middle of a non-null chain': {
      query: '{ parcel(id: "p1") { id customs } }',
      failing: ['insurance'],
      expected: { data: { parcel: null }, errors: 'some' },
    },
  },
};
