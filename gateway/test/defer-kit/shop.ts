import type { Subgraph } from '../kit/define-subgraph.ts';
import { defineSubgraph } from '../kit/define-subgraph.ts';
import type { Gates } from './gates.ts';
import { createGates } from './gates.ts';

const products = [
  { id: 'p1', name: 'Table', size: { width: 3, height: 1 } },
  { id: 'p2', name: 'Chair', size: { width: 1, height: 2 } },
];
const people: Readonly<Record<string, string>> = { u1: 'Rosa', u2: 'Omar' };
const find = (id: unknown) => products.find((row) => row.id === id) ?? null;
const refuse = () => {
  throw new Error('db-7.internal is down');
};

export interface Shop {
  readonly gates: Gates;
  readonly subgraphs: readonly Subgraph[];
}

/**
 * Products, their reviews and the reviewers in three subgraphs. The fields `story`, `reviews` and
 * `User.name` wait at the gates of these names; `secret` and `rating` always fail.
 */
export function createShop(): Shop {
  const gates = createGates();
  return { gates, subgraphs: [productsOf(gates), reviewsOf(gates), usersOf(gates)] };
}

function productsOf(gates: Gates): Subgraph {
  let renamed = 0;
  return defineSubgraph({
    name: 'products',
    typeDefs: `
      type Query { product(id: ID!): Product products: [Product!]! thing: Thing item: Item count: Int }
      type Mutation { rename(id: ID!, name: String!): Product }
      interface Item { id: ID! }
      union Thing = Product | Box
      type Product implements Item @key(fields: "id") {
        id: ID! name: String! story: String size: Size! secret: String key: String!
      }
      type Box implements Item { id: ID! lid: String }
      type Size { width: Int! height: Int! weight: Int! depth: Int }`,
    resolvers: {
      Query: {
        product: (_, { id }) => find(id),
        products: () => products,
        thing: () => ({ __typename: 'Product', ...products[0] }),
        item: () => ({ __typename: 'Product', ...products[0] }),
        count: () => products.length,
      },
      Mutation: {
        rename: (_, { id, name }) => {
          renamed += 1;
          return { id, name, story: `${renamed} new` };
        },
      },
      Product: {
        __resolveReference: ({ id }) => find(id),
        story: async ({ id, story }) => {
          await gates.pass('story');
          return story ?? `Story of ${id}`;
        },
        secret: refuse,
        key: refuse,
      },
      Size: { weight: refuse, depth: refuse },
    },
  });
}

function reviewsOf(gates: Gates): Subgraph {
  const reviewsBy = (id: unknown) => [
    { body: `Good ${id}`, author: { id: 'u1' } },
    { body: `Bad ${id}`, author: { id: 'u2' } },
  ];
  return defineSubgraph({
    name: 'reviews',
    typeDefs: `
      type Query { latest: Review }
      type Product @key(fields: "id") { id: ID! reviews: [Review!] stars: Int rating: Int! }
      type Review { body: String! author: User! }
      type User @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: { latest: () => reviewsBy('p1')[0] },
      Product: {
        __resolveReference: (key) => key,
        reviews: async ({ id }) => {
          await gates.pass('reviews');
          return reviewsBy(id);
        },
        stars: () => 5,
        rating: refuse,
      },
    },
  });
}

function usersOf(gates: Gates): Subgraph {
  return defineSubgraph({
    name: 'users',
    typeDefs: 'type User @key(fields: "id") { id: ID! name: String }',
    resolvers: {
      User: {
        __resolveReference: (key) => key,
        name: async ({ id }) => {
          await gates.pass('name');
          return people[String(id)];
        },
      },
    },
  });
}
