import { GraphQLScalarType } from 'graphql';
import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const entries = [
  { key: 0, code: '', open: false, amount: 0, ratio: 0, memo: '', big: 2147483647, at: 0 },
  { key: -7, code: 'b', open: true, amount: -1, ratio: -0.5, memo: null, big: -2147483648, at: 9 },
];
type Entry = (typeof entries)[number];
const anything = { list: [1, 'two', null, { three: 3 }], deep: { a: { b: [] } }, none: null };
const json = new GraphQLScalarType({ name: 'JSON' });
const day = new GraphQLScalarType({
  name: 'Day',
  serialize: (value) => `day ${value}`,
  parseValue: (value) => Number(String(value).slice(4)),
});
const stampOf = (row: object) => JSON.stringify(row);
// Everything that @requires sends, in a fixed order.
const seen = ({ key, code, open, amount, ratio, memo }: Entry) =>
  stampOf({ key, code, open, amount, ratio, memo });
const echo = (_: object, { value }: { value?: unknown }) => value ?? null;
const since = (_: object, { day: value }: { day: number }) => value + 1;

/** Scalars: custom ones, large numbers, and falsy values in keys, in `@requires` and in answers. */
export const ledger: OracleGraph = {
  name: 'ledger',
  subgraphs: [
    defineSubgraph({
      name: 'books',
      typeDefs: `
        scalar JSON
        scalar Day
        type Query {
          entries: [Entry!]!
          entry(key: Int!): Entry
          echo(value: JSON): JSON
          since(day: Day!): Day
          tiny: Float
          huge: Float
          text: String!
        }
        type Entry @key(fields: "key code open") {
          key: Int!
          code: String!
          open: Boolean!
          amount: Int
          ratio: Float
          memo: String
          big: Int
          at: Day
          extra: JSON
        }`,
      resolvers: {
        JSON: json,
        Day: day,
        Query: {
          entries: () => entries,
          entry: (_, { key }) => findBy(entries, 'key', key),
          echo,
          since,
          tiny: () => 1e-7,
          huge: () => 1.5e300,
          text: () => 'é "quoted" \\ \n \u2028 \u{1f3ab} </script>',
        },
        Entry: { __resolveReference: referenceTo(entries, 'key'), extra: () => anything },
      },
    }),
    defineSubgraph({
      name: 'audit',
      typeDefs: `
        scalar JSON
        type Entry @key(fields: "key code open") {
          key: Int!
          code: String!
          open: Boolean!
          amount: Int @external
          ratio: Float @external
          memo: String @external
          extra: JSON @external
          seen: String! @requires(fields: "amount ratio memo")
          stamp: String! @requires(fields: "extra")
          found: Boolean!
        }`,
      resolvers: {
        JSON: json,
        Entry: {
          seen,
          stamp: (row: { extra: object }) => stampOf(row.extra),
          found: ({ key, code, open }: Entry) =>
            entries.some((row) => row.key === key && row.code === code && row.open === open),
        },
      },
    }),
  ],
  monolith: {
    JSON: json,
    Day: day,
    Query: {
      entries: () => entries,
      entry: (_, { key }) => findBy(entries, 'key', key),
      echo,
      since,
      tiny: () => 1e-7,
      huge: () => 1.5e300,
      text: () => 'é "quoted" \\ \n \u2028 \u{1f3ab} </script>',
    },
    Entry: { extra: () => anything, seen, stamp: () => stampOf(anything), found: () => true },
  },
  operations: {
    'falsy values in the answer': '{ entries { key code open amount ratio memo } }',
    'falsy values in a key': '{ entries { found } }',
    'falsy values in @requires': '{ entries { seen } }',
    'falsy values in both, one entity': '{ entry(key: 0) { seen found key } }',
    'the limits of Int': '{ entries { big } }',
    'large and small floats': '{ tiny huge }',
    'text that needs escapes': '{ text }',
    'a custom scalar in the answer': '{ entries { at } }',
    'a custom scalar that holds JSON': '{ entries { extra } }',
    'a JSON scalar through @requires': '{ entries { stamp } }',
    'a JSON scalar under an alias through @requires': '{ entries { more: extra stamp extra } }',
    'a JSON literal': '{ echo(value: { a: [1, { b: null }], c: "x", d: 1.5, e: FLAG }) }',
    'a JSON variable': {
      query: 'query ($v: JSON) { echo(value: $v) }',
      variables: { v: { a: [0, '', false, null], b: { c: [] } } },
    },
    'a JSON variable of each falsy kind': {
      query:
        'query ($a: JSON, $b: JSON, $c: JSON, $d: JSON) { a: echo(value: $a) b: echo(value: $b) c: echo(value: $c) d: echo(value: $d) }',
      variables: { a: 0, b: '', c: false, d: null },
    },
    'a variable inside a JSON literal': {
      query: 'query ($v: Int) { echo(value: { inside: [$v] }) }',
      variables: { v: 0 },
    },
    'a custom scalar as an argument': '{ since(day: "day 4") }',
    'a custom scalar as a variable': {
      query: 'query ($d: Day!) { since(day: $d) }',
      variables: { d: 'day 0' },
    },
  },
};
