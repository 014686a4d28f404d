import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const rooms = [
  { id: 'r1', beds: 2, view: 'SEA' },
  { id: 'r2', beds: 4, view: 'YARD' },
];
// Answers with what it was given, so that the answer shows what arrived.
const echo = (_: object, args: object) => JSON.stringify(args);
const find = (_: object, { filter }: { filter?: { beds?: number; views?: string[] } | null }) =>
  rooms.filter(
    (row) =>
      (filter?.beds ?? row.beds) === row.beds && (filter?.views ?? [row.view]).includes(row.view),
  );
const inputs = `
  enum View { SEA YARD }
  input Range { from: Int = 1 to: Int nested: Range }`;

/** Arguments and variables: defaults, nulls, lists, input objects, enums, merged input types. */
export const searchDesk: OracleGraph = {
  name: 'search-desk',
  subgraphs: [
    defineSubgraph({
      name: 'rooms',
      typeDefs: `
        ${inputs}
        input Filter { beds: Int views: [View!] onlyInRooms: String }
        type Query {
          find(filter: Filter): [Room!]!
          range(range: Range, also: [Range]): String!
          plain(n: Int = 3, s: String, b: Boolean = false, id: ID, f: Float): String!
          lists(ints: [Int], deep: [[Int!]], views: [View!]! = [SEA]): String!
        }
        type Room @key(fields: "id") { id: ID! beds: Int! view: View! }`,
      resolvers: {
        Query: { find, range: echo, plain: echo, lists: echo },
        Room: { __resolveReference: referenceTo(rooms, 'id') },
      },
    }),
    defineSubgraph({
      name: 'prices',
      typeDefs: `
        ${inputs}
        input Filter { beds: Int views: [View!] onlyInPrices: Int }
        type Query { cheapest(filter: Filter): String! }
        type Room @key(fields: "id") {
          id: ID!
          price(range: Range, view: View = YARD, notes: [String!]): String!
          deposit(factor: Float = 1.5): String!
        }`,
      resolvers: {
        Query: { cheapest: echo },
        Room: {
          price: (_, args) => JSON.stringify(args),
          deposit: (_, args) => JSON.stringify(args),
        },
      },
    }),
  ],
  monolith: {
    Query: { find, range: echo, plain: echo, lists: echo, cheapest: echo },
    Room: { price: echo, deposit: echo },
  },
  operations: {
    'no arguments: the defaults': '{ plain lists find { id } }',
    'literals of each kind': '{ plain(n: 0, s: "", b: true, id: "7", f: 1.25) }',
    'literal nulls': '{ plain(n: null, s: null, b: null) range(range: null) }',
    'an integer literal for ID and Float': '{ plain(id: 7, f: 2) }',
    'a string with quotes and escapes': '{ plain(s: "a \\"b\\" \\\\ \\n \\u00e9 {") }',
    'a block string': '{ plain(s: """\n  one\n    two "x"\n  """) }',
    'an input object with defaults inside':
      '{ range(range: { nested: { to: 2 } }, also: [{ from: 5 }, null]) }',
    'one value for a list': '{ lists(ints: 1, deep: 2, views: YARD) }',
    'lists of lists': '{ lists(ints: [1, null], deep: [[1, 2], null, []]) }',
    'an enum in a list in an input object': '{ find(filter: { views: [SEA] }) { id view } }',
    'a field of an input type that both subgraphs know':
      '{ cheapest(filter: { beds: 2 }) find(filter: { beds: 4 }) { id } }',
    'variables given': {
      query: 'query ($n: Int, $s: String!, $f: Float) { plain(n: $n, s: $s, f: $f) }',
      variables: { n: 0, s: '', f: 0 },
    },
    'variables absent': { query: 'query ($n: Int, $s: String) { plain(n: $n, s: $s) }' },
    'a variable null, another absent': {
      query: 'query ($n: Int, $s: String) { plain(n: $n, s: $s) }',
      variables: { n: null },
    },
    'a variable with a default, absent':
      'query ($n: Int = 9, $b: Boolean = true) { plain(n: $n, b: $b) }',
    'a variable with a default, null': {
      query: 'query ($n: Int = 9) { plain(n: $n) }',
      variables: { n: null },
    },
    'a variable input object': {
      query: 'query ($r: Range) { range(range: $r) }',
      variables: { r: { to: 4, nested: { from: null } } },
    },
    'a variable inside an input object': {
      query:
        'query ($to: Int, $from: Int, $v: View!) { range(range: { to: $to, from: $from }) find(filter: { views: [$v] }) { id } }',
      variables: { to: 3, v: 'YARD' },
    },
    'a variable list and an enum variable': {
      query: 'query ($views: [View!]!, $ints: [Int]) { lists(views: $views, ints: $ints) }',
      variables: { views: ['SEA', 'YARD'], ints: [1, null] },
    },
    'one value for a variable list': {
      query: 'query ($ints: [Int]) { lists(ints: $ints) }',
      variables: { ints: 5 },
    },
    'arguments on an entity field of the other subgraph': {
      query:
        'query ($r: Range, $n: [String!]) { find { price(range: $r, notes: $n) a: price(view: SEA) deposit } }',
      variables: { r: { from: 2 }, n: ['x'] },
    },
    'the same field twice with different arguments':
      '{ find { a: deposit(factor: 1) b: deposit(factor: 2) deposit } }',
    'an unused variable given too': {
      query: 'query ($n: Int) { plain(n: $n) }',
      variables: { n: 1, unknown: 2 },
    },
    'a variable in a subgraph that is skipped': {
      query:
        'query ($f: Float, $on: Boolean!) { find { id deposit(factor: $f) @include(if: $on) } }',
      variables: { f: 2.5, on: false },
    },
  },
};
