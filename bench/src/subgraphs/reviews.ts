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
    type Listing @key(fields: "id") { id: ID! score: Int }
  `,
  resolvers: {
    Listing: {
      __resolveReference: async (reference: Reference) => refuseEveryTenth(reference),
      score: ({ id }: Reference) => (Number(id.slice(1)) * 7) % 100,
    },
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

/** A tenth of the listings cannot be scored: the entity fails alone, its neighbours do not. */
function refuseEveryTenth(reference: Reference): Reference {
  if (reference.id.endsWith('0')) {
    throw new Error(`Listing ${reference.id} cannot be scored`);
  }
  return reference;
}
