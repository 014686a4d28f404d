import { products as rows } from './fixture-data.ts';
import { defineFixtureSubgraph, type Reference } from './fixture-subgraph.ts';

const productById = new Map(rows.map((product) => [product.id, product]));

export const products = defineFixtureSubgraph({
  name: 'products',
  directives: ['key'],
  sdl: `
    type Query { topProducts(first: Int! = 5): [Product!]! }
    type Product @key(fields: "id") {
      id: ID!
      title: String!
      priceMinor: Int!
      weightGrams: Int!
    }
  `,
  resolvers: {
    Query: {
      topProducts: (_: unknown, { first }: { first: number }) => rows.slice(0, first),
    },
    Product: { __resolveReference: ({ id }: Reference) => productById.get(id) },
  },
});
