import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const shirts = [
  { id: 's1', size: 'S', tone: 'RED', tones: ['RED', 'BLUE'], wash: 'HOT' },
  { id: 's2', size: 'XS', tone: 'INFRARED', tones: ['RED', 'INFRARED'], wash: 'COLD' },
  { id: 's3', size: 'M', tone: null, tones: [], wash: null },
];
type Shirt = (typeof shirts)[number];
const paint = (_: object, { tone }: { tone?: string | null }) => `painted ${tone}`;
const toned = (_: object, { tones }: { tones: readonly string[] }) =>
  shirts.filter((row) => row.tone !== null && tones.includes(row.tone));
const care = (row: Shirt) => ({ wash: row.wash, iron: row.wash === 'HOT' });
// The enum's inner values differ from its names in one subgraph: only names cross the wire.
const washNumbers: Readonly<Record<string, string>> = { HOT: 'ninety', COLD: 'thirty' };

/** Enums: values that are `@inaccessible`, values known to one subgraph alone, inner values. */
export const wardrobe: OracleGraph = {
  name: 'wardrobe',
  subgraphs: [
    defineSubgraph({
      name: 'shop',
      typeDefs: `
        enum Tone { RED BLUE INFRARED @inaccessible }
        enum Size { S M XS }
        type Query {
          shirts: [Shirt!]!
          shirt(id: ID!): Shirt
          toned(tones: [Tone!]!): [Shirt!]!
          paint(tone: Tone = BLUE): String!
          best: Tone!
          secretBest: Tone
        }
        type Shirt @key(fields: "id") {
          id: ID!
          size: Size!
          tone: Tone
          tones: [Tone!]
          hidden: String @inaccessible
        }`,
      resolvers: {
        Query: {
          shirts: () => shirts,
          shirt: (_, { id }) => findBy(shirts, 'id', id),
          toned,
          paint,
          best: () => 'INFRARED',
          secretBest: () => 'INFRARED',
        },
        Shirt: { __resolveReference: referenceTo(shirts, 'id'), hidden: () => 'hidden' },
      },
    }),
    defineSubgraph({
      name: 'laundry',
      typeDefs: `
        enum Wash { HOT COLD }
        enum Size { S M L }
        type Query { biggest: Size! program(wash: Wash!): Wash! }
        type Shirt @key(fields: "id") {
          id: ID!
          hidden: String @external
          wash: Wash
          label: String @requires(fields: "hidden")
          care: Care!
        }
        type Care { wash: Wash iron: Boolean! }`,
      resolvers: {
        Wash: washNumbers,
        Query: { biggest: () => 'L', program: (_, { wash }) => wash },
        Shirt: {
          __resolveReference: referenceTo(
            shirts.map((row) => ({ ...row, wash: row.wash && washNumbers[row.wash] })),
            'id',
          ),
          label: (row: { hidden: string }) => `label of ${row.hidden}`,
          care: (row: Shirt) => ({ wash: row.wash, iron: row.wash === 'ninety' }),
        },
      },
    }),
  ],
  monolith: {
    Query: {
      shirts: () => shirts,
      shirt: (_, { id }) => findBy(shirts, 'id', id),
      toned,
      paint,
      best: () => 'INFRARED',
      secretBest: () => 'INFRARED',
      biggest: () => 'L',
      program: (_, { wash }) => wash,
    },
    Shirt: { label: () => 'label of hidden', care },
  },
  operations: {
    'an enum': '{ shirts { id size } }',
    'an inaccessible value in a nullable field': '{ shirts { id tone } }',
    'an inaccessible value in a list of non-null': '{ shirts { tones } }',
    'an inaccessible value in a non-null root': '{ best paint }',
    'an inaccessible value in a nullable root': '{ secretBest paint(tone: RED) }',
    'a value that one subgraph alone knows': '{ biggest shirt(id: "s2") { size } }',
    'an enum argument': '{ toned(tones: [RED, BLUE]) { id } paint(tone: null) }',
    'an enum variable': {
      query: 'query ($t: [Tone!]!, $w: Wash!) { toned(tones: $t) { id } program(wash: $w) }',
      variables: { t: ['RED'], w: 'HOT' },
    },
    'an enum default': '{ paint program(wash: COLD) }',
    'inner values stay inside': '{ shirts { wash care { wash iron } } }',
    'an inaccessible field behind @requires': '{ shirts { label } }',
    'an inaccessible value under an alias and in a fragment':
      '{ shirts { ...T } } fragment T on Shirt { c: tone size cs: tones }',
  },
};
