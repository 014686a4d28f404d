import { listings, products as rows } from './fixture-data.ts';
import { defineFixtureSubgraph, type Reference } from './fixture-subgraph.ts';

const listingById = new Map(listings.map((listing) => [listing.id, listing]));
const productById = new Map(rows.map((product) => [product.id, product]));

export const products = defineFixtureSubgraph({
  name: 'products',
  directives: ['key'],
  sdl: `
    type Query {
      topProducts(first: Int! = 5): [Product!]!
      listings(first: Int!): [Listing!]!
    }
    type Listing @key(fields: "id") { id: ID! title: String! priceMinor: Int! }
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
      listings: (_: unknown, { first }: { first: number }) => listings.slice(0, first),
    },
    Listing: { __resolveReference: ({ id }: Reference) => listingById.get(id) },
    Product: { __resolveReference: ({ id }: Reference) => productById.get(id) },
  },
});
