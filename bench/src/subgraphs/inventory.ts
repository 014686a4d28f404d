import { defineFixtureSubgraph, type Reference } from './fixture-subgraph.ts';

interface PricedProduct extends Reference {
  readonly priceMinor: number;
  readonly weightGrams: number;
}

const freeShippingFromMinor = 30_000;
const shippingMinorPerGram = 4;

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
  `,
  resolvers: {
    Product: {
      __resolveReference: (reference: Reference) => reference,
      inStock: ({ id }: Reference) => id.length % 2 === 0,
      shippingMinor: ({ priceMinor, weightGrams }: PricedProduct) =>
        priceMinor >= freeShippingFromMinor ? 0 : weightGrams * shippingMinorPerGram,
    },
  },
});
