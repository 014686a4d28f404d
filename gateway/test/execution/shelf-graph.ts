import type { Subgraph } from '../kit/define-subgraph.ts';
import { defineSubgraph } from '../kit/define-subgraph.ts';

interface Aisle {
  readonly id: string;
  readonly isLit: boolean;
  readonly shelves: readonly (readonly string[])[];
}

const aisles: readonly Aisle[] = [
  { id: 'a1', isLit: true, shelves: [['i1'], ['i2', 'i1']] },
  { id: 'a2', isLit: false, shelves: [[], ['i1']] },
  { id: 'a3', isLit: true, shelves: [['i1']] },
];
const shops = [
  { id: 's1', currency: 'EUR', tags: ['old', 'new'], aisles: aisles.slice(0, 2) },
  { id: 's2', currency: 'PEN', tags: [], aisles: aisles.slice(2) },
];

/** Items that stand on shelves of aisles of shops, and take arguments from both. */
export function createShelfSubgraph(): Subgraph {
  return defineSubgraph({
    name: 'shops',
    typeDefs: `
      type Query { shops: [Shop!]! }
      type Shop @key(fields: "id") @context(name: "shop") {
        id: ID! currency: String! tags: [String] aisles: [Aisle!]!
      }
      type Aisle @key(fields: "id") @context(name: "aisle") {
        id: ID! isLit: Boolean! shelves: [[Item!]!]!
      }
      type Item @key(fields: "id") {
        id: ID!
        price(currency: String @fromContext(field: "$shop { currency }")): String!
        label(
          currency: String @fromContext(field: "$shop { currency }")
          tags: [String] @fromContext(field: "$shop { tags }")
          isLit: Boolean @fromContext(field: "$aisle { isLit }")
          mark: String
        ): String!
      }`,
    resolvers: {
      Query: { shops: () => shops },
      Shop: { __resolveReference: ({ id }) => shops.find((shop) => shop.id === id) },
      Aisle: {
        __resolveReference: ({ id }) => aisles.find((aisle) => aisle.id === id),
        shelves: (row) => (row as unknown as Aisle).shelves.map((ids) => ids.map((id) => ({ id }))),
      },
      Item: {
        __resolveReference: (key) => key,
        price: ({ id }, { currency }) => `${id} ${currency}`,
        label: ({ id }, { currency, tags, isLit, mark }) =>
          [id, currency, (tags as string[]).join('+'), isLit, mark].join(' '),
      },
    },
  });
}
