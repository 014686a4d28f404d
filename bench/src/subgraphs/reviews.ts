import { type ReviewRow, reviews as rows } from './fixture-data.ts';
import { defineFixtureSubgraph, type Reference } from './fixture-subgraph.ts';

const reviewById = new Map(rows.map((review) => [review.id, review]));
const reviewsByAuthor = Map.groupBy(rows, (review) => review.authorId);
const reviewsByProduct = Map.groupBy(rows, (review) => review.productId);

export const reviews = defineFixtureSubgraph({
  name: 'reviews',
  directives: ['key'],
  sdl: `
    type Review @key(fields: "id") {
      id: ID!
      body: String!
      rating: Int!
      author: User!
      product: Product!
    }
    type User @key(fields: "id") { id: ID! reviews: [Review!]! }
    type Product @key(fields: "id") { id: ID! reviews: [Review!]! }
  `,
  resolvers: {
    Review: {
      __resolveReference: ({ id }: Reference) => reviewById.get(id),
      author: ({ authorId }: ReviewRow) => ({ id: authorId }),
      product: ({ productId }: ReviewRow) => ({ id: productId }),
    },
    User: {
      __resolveReference: (reference: Reference) => reference,
      reviews: ({ id }: Reference) => reviewsByAuthor.get(id) ?? [],
    },
    Product: {
      __resolveReference: (reference: Reference) => reference,
      reviews: ({ id }: Reference) => reviewsByProduct.get(id) ?? [],
    },
  },
});
