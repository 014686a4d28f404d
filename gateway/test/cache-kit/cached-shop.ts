import { eventSourceSdl } from '@plaza/schema/event-source';
import type { Row, Subgraph } from '../kit/define-subgraph.ts';
import { defineSubgraph } from '../kit/define-subgraph.ts';
import { EventFeed } from '../kit/event-feed.ts';

/** What the subgraphs of a cached shop answer from; a test changes it behind the gateway's back. */
export interface ShopState {
  readonly names: Map<string, string>;
  readonly reviews: Map<string, readonly string[]>;
  readonly stock: Map<string, number>;
  /** Of whoever is signed in, by the authorization header. */
  greeting: string;
  /** Products that were renamed: events of a subscription that the subgraph itself serves. */
  readonly renamed: EventFeed<Row>;
  /** Products whose reviews fail. */
  readonly broken: Set<string>;
}

export interface CachedShop {
  readonly state: ShopState;
  readonly subgraphs: readonly Subgraph[];
}

const cacheControl = `
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheControl(
    maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean, staleIfError: Int
  ) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
`;

/** Three subgraphs: products and their reviews are cached, stock is not, greetings are private. */
export function createCachedShop(): CachedShop {
  const state: ShopState = {
    names: new Map([
      ['p1', 'Table'],
      ['p2', 'Chair'],
      ['p3', 'Lamp'],
    ]),
    reviews: new Map([
      ['p1', ['Firm']],
      ['p2', ['Soft']],
      ['p3', []],
    ]),
    stock: new Map([
      ['p1', 1],
      ['p2', 2],
      ['p3', 3],
    ]),
    greeting: 'Hello',
    renamed: new EventFeed(),
    broken: new Set(),
  };
  return { state, subgraphs: [productsOf(state), reviewsOf(state), stockOf(state)] };
}

const productsOf = (state: ShopState): Subgraph =>
  defineSubgraph({
    name: 'products',
    typeDefs: `
      ${cacheControl}
      ${eventSourceSdl}
      type Query {
        product(id: ID!): Product @cacheControl(maxAge: 60) @cacheTag(format: "product-{$args.id}")
        products: [Product!]! @cacheControl(maxAge: 60)
        greeting: String! @cacheControl(maxAge: 60, scope: PRIVATE)
      }
      type Subscription {
        productChanged(id: ID!): Product @eventSource(topic: "product.{args.id}")
        stockChanged(id: ID!): Product
          @eventSource(topic: "stock.{args.id}", evicts: false)
        renamed: Product
      }
      type Mutation { rename(id: ID!, name: String!): Product! }
      type Product @key(fields: "id") @cacheControl(maxAge: 60) { id: ID! name: String! }
    `,
    resolvers: {
      Query: {
        product: (_, { id }) => productOf(state, id),
        products: () => [...state.names.keys()].map((id) => productOf(state, id)),
        greeting: () => state.greeting,
      },
      Mutation: {
        rename: (_, { id, name }) => {
          state.names.set(String(id), String(name));
          return productOf(state, id);
        },
      },
      Subscription: {
        renamed: {
          subscribe: () => state.renamed.subscribe(),
          resolve: ({ id }) => productOf(state, id),
        },
      },
      Product: { __resolveReference: ({ id }) => productOf(state, id) },
    },
  });

const reviewsOf = (state: ShopState): Subgraph =>
  defineSubgraph({
    name: 'reviews',
    typeDefs: `
      ${cacheControl}
      type Product @key(fields: "id")
        @cacheControl(maxAge: 30, staleIfError: 600) @cacheTag(format: "reviews-{$key.id}") {
        id: ID!
        reviews: [Review!] @cacheControl(inheritMaxAge: true)
      }
      type Review { body: String! }
    `,
    resolvers: {
      Product: {
        __resolveReference: ({ id }) => ({ id }),
        reviews: ({ id }) => {
          if (state.broken.has(String(id))) throw new Error('broken');
          return (state.reviews.get(String(id)) ?? []).map((body) => ({ body }));
        },
      },
    },
  });

const stockOf = (state: ShopState): Subgraph =>
  defineSubgraph({
    name: 'stock',
    typeDefs: 'type Product @key(fields: "id") { id: ID! inStock: Int! }',
    resolvers: {
      Product: {
        __resolveReference: ({ id }) => ({ id }),
        inStock: ({ id }) => state.stock.get(String(id)) ?? 0,
      },
    },
  });

function productOf({ names }: ShopState, id: unknown) {
  const name = names.get(String(id));
  return name === undefined ? null : { id, name };
}
