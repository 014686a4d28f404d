import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, onlyFields, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const letters = [
  {
    id: 'a',
    from: 'u1',
    to: 'u2',
    grams: 20,
    lines: [
      { no: 1, text: 'Dear' },
      { no: 2, text: '' },
    ],
  },
  { id: 'b', from: 'u2', to: 'u1', grams: 0, lines: [] },
];
const people = [
  { id: 'u1', name: 'Nora', nick: 'no', town: { zip: '10', name: 'Sur' } },
  { id: 'u2', name: 'Omar', nick: null, town: { zip: '20', name: 'Este' } },
];
type Letter = (typeof letters)[number];
type Person = (typeof people)[number];
const letterRows = onlyFields(letters, 'id', 'from', 'to', 'grams', 'lines');
const person = (id: unknown) => findBy(people, 'id', id) as Person | null;
const stamp = (row: { grams: number; from: { name: string } }) => `${row.from.name}/${row.grams}`;
const route = (row: { from: { town: { zip: string } }; to: { town: { zip: string } } }) =>
  `${row.from.town.zip}-${row.to.town.zip}`;
const greeting = (row: { name: string; nick: string | null }) => `Hi ${row.nick ?? row.name}`;
const length = (row: { lines: readonly { text: string }[] }) =>
  row.lines.reduce((sum, { text }) => sum + text.length, 0);
const whole = (row: Letter) => ({ ...row, from: person(row.from), to: person(row.to) });
type Whole = Parameters<typeof stamp>[0] & Parameters<typeof route>[0];

/** `@requires` that walks over other entities, with `@provides` on the way. */
export const postOffice: OracleGraph = {
  name: 'post-office',
  subgraphs: [
    defineSubgraph({
      name: 'letters',
      typeDefs: `
        type Query { letters: [Letter!]! letter(id: ID!): Letter @provides(fields: "from { name }") }
        type Letter @key(fields: "id") {
          id: ID!
          grams: Int!
          from: Person!
          to: Person! @provides(fields: "name")
          lines: [Line!]!
        }
        type Line { no: Int! text: String! }
        type Person @key(fields: "id") { id: ID! name: String! @external }`,
      resolvers: {
        Query: { letters: () => letterRows, letter: (_, { id }) => findBy(letterRows, 'id', id) },
        Letter: {
          __resolveReference: referenceTo(letterRows, 'id'),
          from: (row: Letter) => ({ id: row.from, name: person(row.from)?.name }),
          to: (row: Letter) => ({ id: row.to, name: person(row.to)?.name }),
        },
      },
    }),
    defineSubgraph({
      name: 'people',
      typeDefs: `
        type Query { people: [Person!]! }
        type Person @key(fields: "id") { id: ID! name: String! @shareable nick: String town: Town! }
        type Town { zip: String! name: String! }`,
      resolvers: {
        Query: { people: () => people },
        Person: { __resolveReference: referenceTo(people, 'id') },
      },
    }),
    defineSubgraph({
      name: 'sorting',
      typeDefs: `
        type Letter @key(fields: "id") {
          id: ID!
          grams: Int! @external
          from: Person! @external
          to: Person! @external
          lines: [Line!]! @external
          stamp: String! @requires(fields: "grams from { name }")
          route: String! @requires(fields: "from { town { zip } } to { town { zip } }")
          length: Int @requires(fields: "lines { text }")
        }
        type Line { text: String! @external }
        type Person @key(fields: "id") {
          id: ID!
          name: String! @external
          nick: String @external
          town: Town! @external
          greeting: String! @requires(fields: "name nick")
        }
        type Town { zip: String! @external }`,
      resolvers: { Letter: { stamp, route, length }, Person: { greeting } },
    }),
  ],
  monolith: {
    Query: {
      people: () => people,
      letters: () => letters,
      letter: (_, { id }) => findBy(letters, 'id', id),
    },
    Letter: {
      from: (row: Letter) => person(row.from),
      to: (row: Letter) => person(row.to),
      stamp: (row: Letter) => stamp(whole(row) as unknown as Whole),
      route: (row: Letter) => route(whole(row) as unknown as Whole),
      length,
    },
    Person: { greeting },
  },
  operations: {
    '@requires over another entity': '{ letters { stamp } }',
    '@requires over another entity that is joined first': '{ letters { route } }',
    'both, beside what the client selects': '{ letters { stamp route from { town { name } } } }',
    '@requires of a nullable field': '{ people { greeting } }',
    '@requires of the entity that @requires walks over': '{ letters { from { greeting } stamp } }',
    'a list of value types': '{ letters { length lines { no } } }',
    'what is provided, and what must be joined':
      '{ letter(id: "a") { from { name nick } to { name } } }',
    'provided only on this path':
      '{ letter(id: "b") { from { name } stamp } letters { from { name } } }',
    'aliases over each step':
      '{ letters { sender: from { who: name } from: to { name: greeting } mark: stamp way: route } }',
    'in fragments of the same type':
      '{ letters { ...A ...B } } fragment A on Letter { stamp } fragment B on Letter { route to { greeting } }',
    'conditions on requiring fields': {
      query:
        'query ($s: Boolean!, $r: Boolean!) { letters { stamp @include(if: $s) route @skip(if: $r) id } }',
      variables: { s: true, r: true },
    },
    'the people are dead': {
      query: '{ letter(id: "a") { id length from { nick } } }',
      failing: ['people'],
      expected: {
        data: { letter: { id: 'a', length: 4, from: { nick: null } } },
        errors: 'some',
      },
    },
  },
};
