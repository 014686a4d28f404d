import { defineSubgraph } from '../kit/define-subgraph.ts';

const names: Readonly<Record<string, string>> = { p1: 'Table', p2: 'Chair' };

/** Owns products. `addProduct` echoes, `echo` returns what it is told, `secret` always fails. */
export const products = defineSubgraph({
  name: 'products',
  typeDefs: `
    type Query {
      product(id: ID!): Product
      products: [Product!]!
      echo(text: String!): String!
      secret: String
    }
    type Mutation { addProduct(name: String!): Product! }
    type Product @key(fields: "id") { id: ID! name: String! }
  `,
  resolvers: {
    Query: {
      product: (_, { id }) => ({ id, name: names[String(id)] ?? 'Unknown' }),
      products: () => Object.entries(names).map(([id, name]) => ({ id, name })),
      echo: (_, { text }) => text,
      secret: () => {
        throw new Error('connect ECONNREFUSED db.internal.example:5432');
      },
    },
    Mutation: { addProduct: (_, { name }) => ({ id: 'p3', name }) },
    Product: {
      __resolveReference: ({ id }) => ({ id, name: names[String(id)] }),
    },
  },
});

/** Adds reviews to products: nullable, so that it may fail alone. */
export const reviews = defineSubgraph({
  name: 'reviews',
  typeDefs: `
    type Product @key(fields: "id") { id: ID! reviews: [Review!] }
    type Review { body: String! }
  `,
  resolvers: {
    Product: {
      __resolveReference: ({ id }) => ({ id }),
      reviews: ({ id }) => [{ body: `About ${String(id)}` }],
    },
  },
});
