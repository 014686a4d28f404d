import { defineFixtureSubgraph, type Reference } from './fixture-subgraph.ts';

interface PricedProduct extends Reference {
  readonly priceMinor: number;
  readonly weightGrams: number;
}

const freeShippingFromMinor = 30_000;
const shippingMinorPerGram = 4;
const stockMax = 17;

export const inventory = defineFixtureSubgraph({
  name: 'inventory',
  directives: ['key', 'external', 'requires'],
  sdl: `
    type Product @key(fields: "id") {
      id: ID!
      priceMinor: Int! @external
      weightGrams: Int! @external
      inStock: Boolean!
      shippingMinor: Int! @requires(fields: "priceMinor weightGrams")
    }
    type Listing @key(fields: "id") { id: ID! stock: Int! }
  `,
  resolvers: {
    Listing: {
      __resolveReference: (reference: Reference) => reference,
      stock: ({ id }: Reference) => Number(id.slice(1)) % stockMax,
    },
    Product: {
      __resolveReference: (reference: Reference) => reference,
      inStock: ({ id }: Reference) => id.length % 2 === 0,
      shippingMinor: ({ priceMinor, weightGrams }: PricedProduct) =>
        priceMinor >= freeShippingFromMinor ? 0 : weightGrams * shippingMinorPerGram,
    },
  },
});
