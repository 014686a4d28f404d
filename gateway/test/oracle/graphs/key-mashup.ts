import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const widgets = [
  {
    id: 'w1',
    serial: 's-1',
    name: 'Cog',
    batch: { one: '1', two: '2', three: '3' },
    upc: 'u1',
    grade: 4,
  },
  {
    id: 'w2',
    serial: 's-2',
    name: 'Pin',
    batch: { one: '4', two: '5', three: '6' },
    upc: 'u2',
    grade: 0,
  },
];
type Widget = (typeof widgets)[number];
const stickers = [{ id: 'k1', upc: 'u2' }];
// b knows a widget by id and the second half of its batch, and by nothing else.
const byIdAndBatch = ({ id, name, batch }: Partial<Widget>) => {
  const row = widgets.find(
    (widget) =>
      widget.id === id && widget.batch.two === batch?.two && widget.batch.three === batch?.three,
  );
  return row === undefined ? null : { id, name, batch: row.batch };
};
const machine = { code: 'm1', part: { id: 'w1', batch: widgets[0]?.batch } };
const nameInB = (row: { name: string }) => `b.${row.name}`;
const byUpcOrSerial = (reference: Partial<Widget>) => {
  const row = widgets.find(
    ({ upc, serial }) => upc === reference.upc || serial === reference.serial,
  );
  return row === undefined ? null : { serial: row.serial, upc: row.upc, grade: row.grade };
};

/** Several keys a type, composite and nested keys, `resolvable: false`, and ways between them. */
export const keyMashup: OracleGraph = {
  name: 'key-mashup',
  subgraphs: [
    defineSubgraph({
      name: 'a',
      typeDefs: `
        type Query { widgets: [Widget!]! widget(id: ID!): Widget }
        type Widget @key(fields: "id") @key(fields: "serial") @key(fields: "batch { one two }")
            @key(fields: "id batch { two three }") {
          id: ID!
          serial: ID!
          batch: Batch!
          name: String!
        }
        type Batch { one: ID! @shareable two: ID! @shareable three: ID! @shareable }`,
      resolvers: {
        Query: { widgets: () => widgets, widget: (_, { id }) => findBy(widgets, 'id', id) },
        Widget: {
          __resolveReference: ({ id, serial, batch }: Partial<Widget>) =>
            widgets.find(
              (row) =>
                row.id === id ||
                row.serial === serial ||
                (batch?.one === row.batch.one && batch?.two === row.batch.two),
            ) ?? null,
        },
      },
    }),
    defineSubgraph({
      name: 'b',
      typeDefs: `
        type Query { first: Machine }
        type Machine @key(fields: "code") { code: ID! part: Widget! }
        type Widget @key(fields: "batch { one two }", resolvable: false)
            @key(fields: "id batch { two three }")
            @key(fields: "serial", resolvable: false)
            @key(fields: "id", resolvable: false) {
          id: ID!
          serial: ID! @external
          batch: Batch!
          name: String! @external
          nameInB: String! @requires(fields: "name")
          weld: String
        }
        type Batch { one: ID! @shareable two: ID! @shareable three: ID! @shareable }`,
      resolvers: {
        Query: { first: () => machine },
        Machine: { __resolveReference: () => machine },
        Widget: {
          __resolveReference: byIdAndBatch,
          nameInB,
          weld: (row: { batch: Widget['batch'] }) => `weld ${row.batch.three}`,
        },
      },
    }),
    defineSubgraph({
      name: 'c',
      typeDefs: `
        type Query { graded(min: Int!): [Widget!]! sticker: Sticker! }
        type Widget @key(fields: "serial") @key(fields: "upc") { serial: ID! upc: ID! grade: Int }
        type Sticker @key(fields: "id") { id: ID! widget: Widget }`,
      resolvers: {
        Query: {
          graded: (_: object, { min }: { min: number }) =>
            widgets
              .filter((row) => row.grade >= min)
              .map(({ serial, upc, grade }) => ({ serial, upc, grade })),
          sticker: () => stickers[0],
        },
        Widget: { __resolveReference: byUpcOrSerial },
        Sticker: {
          __resolveReference: ({ id }) => findBy(stickers, 'id', id),
          widget: (row: { upc: string }) => byUpcOrSerial({ upc: row.upc }),
        },
      },
    }),
    defineSubgraph({
      name: 'd',
      typeDefs: `
        type Widget @key(fields: "upc") { upc: ID! labels: [[String!]!]! }`,
      resolvers: { Widget: { labels: (row: { upc: string }) => [[row.upc], [], ['x', 'y']] } },
    }),
  ],
  monolith: {
    Query: {
      widgets: () => widgets,
      widget: (_, { id }) => findBy(widgets, 'id', id),
      first: () => ({ code: 'm1', part: widgets[0] }),
      graded: (_: object, { min }: { min: number }) => widgets.filter((row) => row.grade >= min),
      sticker: () => stickers[0],
    },
    Widget: {
      nameInB,
      weld: (row: Widget) => `weld ${row.batch.three}`,
      labels: (row: Widget) => [[row.upc], [], ['x', 'y']],
    },
    Sticker: { widget: (row: { upc: string }) => findBy(widgets, 'upc', row.upc) },
  },
  operations: {
    '@requires with a key that does not resolve': '{ first { part { nameInB } } }',
    '@requires with a key that does not resolve, from the list': '{ widgets { nameInB } }',
    'a composite nested key': '{ widgets { id weld } }',
    'a composite nested key beside a part of it': '{ widgets { batch { three } weld } }',
    'from one key to another through a third subgraph': '{ widgets { name labels } }',
    'from the far end back to the start': '{ graded(min: 0) { name batch { one } labels } }',
    'four subgraphs in one entity': '{ widgets { name grade labels weld nameInB } }',
    'a second key from a nested entity': '{ sticker { widget { labels name weld } } }',
    'keys under aliases': '{ graded(min: 1) { upc: grade serial: name id: upc } }',
    'keys of another subgraph in the selection': '{ widget(id: "w2") { upc serial id grade } }',
    'key fields from a reference': '{ first { part { id batch { two three one } } } }',
    'an entity in a root of its own': '{ first { code part { grade labels } } widgets { grade } }',
    'a list of lists through joins': '{ sticker { widget { labels } } graded(min: 0) { labels } }',
    'nothing found by any key': '{ widget(id: "zz") { grade labels } }',
    'a dead subgraph between two keys': {
      query: '{ widget(id: "w1") { name grade } }',
      failing: ['c'],
      expected: { data: { widget: { name: 'Cog', grade: null } }, errors: 'some' },
    },
  },
};
