import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const patients = [
  { id: 'p1', name: 'Eli', ward: { code: 'w1', floor: 1 }, doctor: 'd1', lost: false },
  { id: 'p2', name: 'Fay', ward: { code: 'w2', floor: 0 }, doctor: null, lost: true },
  { id: 'p3', name: 'Gus', ward: null, doctor: 'd2', lost: true },
];
const doctors = [
  { id: 'd1', name: 'Hart', badge: 'x' },
  { id: 'd2', name: null, badge: null },
];
const beds = [{ ward: { code: 'w1', floor: 1 }, free: 3 }];
type Patient = (typeof patients)[number];
const find = (id: unknown) => findBy(patients, 'id', id);
// The chart office has lost two of three: no entity for them.
const charted = patients.filter((row) => !row.lost);
const chart = (row: { id: string }) =>
  charted.some(({ id }) => id === row.id) ? `chart ${row.id}` : null;
const bedOf = ({ ward }: { ward: { code: string; floor: number } | null }) =>
  beds.find((bed) => bed.ward.code === ward?.code && bed.ward.floor === ward.floor);

/** Entities that a subgraph does not know, null keys, keys made of objects, and value types. */
export const clinic: OracleGraph = {
  name: 'clinic',
  subgraphs: [
    defineSubgraph({
      name: 'reception',
      typeDefs: `
        type Query { patients: [Patient]! patient(id: ID!): Patient }
        type Patient @key(fields: "id") {
          id: ID!
          name: String!
          ward: Ward
          doctor: Doctor
        }
        type Ward @key(fields: "code floor") { code: ID! floor: Int! }
        type Doctor @key(fields: "badge") { badge: ID name: String @shareable }`,
      resolvers: {
        Query: { patients: () => [...patients, null], patient: (_, { id }) => find(id) },
        Patient: {
          __resolveReference: referenceTo(patients, 'id'),
          doctor: (row: Patient) => findBy(doctors, 'id', row.doctor),
        },
        Doctor: { __resolveReference: referenceTo(doctors, 'badge') },
      },
    }),
    defineSubgraph({
      name: 'charts',
      typeDefs: `
        type Patient @key(fields: "id") { id: ID! chart: String! notes: [String!] maybe: String }`,
      resolvers: {
        Patient: {
          __resolveReference: referenceTo(charted, 'id'),
          chart,
          notes: () => [],
          maybe: () => 'known',
        },
      },
    }),
    defineSubgraph({
      name: 'wards',
      typeDefs: `
        type Ward @key(fields: "code floor") { code: ID! floor: Int! free: Int }
        type Doctor @key(fields: "badge") { badge: ID shift: String! name: String @shareable }`,
      resolvers: {
        Ward: {
          __resolveReference: ({ code, floor }) =>
            beds.find((bed) => bed.ward.code === code && bed.ward.floor === floor) ?? null,
        },
        Doctor: { shift: (row: { badge: string | null }) => `shift ${row.badge}` },
      },
    }),
  ],
  monolith: {
    Query: { patients: () => [...patients, null], patient: (_, { id }) => find(id) },
    Patient: {
      doctor: (row: Patient) => findBy(doctors, 'id', row.doctor),
      chart,
      notes: (row: Patient) => (row.lost ? null : []),
      maybe: (row: Patient) => (row.lost ? null : 'known'),
    },
    Ward: { free: (row: { code: string; floor: number }) => bedOf({ ward: row })?.free },
    Doctor: { shift: (row: { badge: string | null }) => `shift ${row.badge}` },
  },
  operations: {
    'an entity that is unknown, nullable field': '{ patients { name maybe } }',
    'an entity that is unknown, non-null field': '{ patients { name chart } }',
    'an entity that is unknown, nullable list': '{ patients { id notes } }',
    'one known entity': '{ patient(id: "p1") { chart maybe } }',
    'one unknown entity, non-null field': '{ patient(id: "p2") { chart } }',
    'an object that is null before the join': '{ patients { ward { free } } }',
    'a composite key, one known and one not': '{ patients { id ward { code floor free } } }',
    'a null key': '{ patients { doctor { shift } } }',
    'a null key beside what is known': '{ patients { doctor { name badge } } }',
    'two unknown entities at two paths':
      '{ a: patient(id: "p2") { maybe } b: patient(id: "p3") { chart } }',
    'three subgraphs over the same rows':
      '{ patients { ward { free } maybe doctor { badge } name } }',
  },
};
