import { defineSubgraph } from '../kit/define-subgraph.ts';
import { EventFeed } from '../kit/event-feed.ts';

interface ProductEvent {
  readonly id: string;
  readonly status: string;
}

const names: Readonly<Record<string, string>> = { p1: 'Table', p2: 'Chair' };
const items = [
  { __typename: 'Book', id: 'b1', name: 'Atlas' },
  { __typename: 'Prototype', id: 'x1', name: 'Engine' },
];

/** The contract that most tests are about. */
export const partner = { include: ['partner'], exclude: ['internal'] };

/** Products for everybody; `internal` are plans, costs, prototypes and what is discontinued. */
export function createContractGraph({
  secretTag = 'internal',
  followTag = 'partner',
  queryTag = 'partner',
} = {}) {
  const feed = new EventFeed<ProductEvent>();
  const products = defineSubgraph({
    name: 'products',
    typeDefs: `
      directive @cacheControl(maxAge: Int) on FIELD_DEFINITION | OBJECT
      type Query @tag(name: "${queryTag}") {
        product(id: ID!, debug: Boolean @tag(name: "internal")): Product @cacheControl(maxAge: 60)
        items: [Item]! @cacheControl(maxAge: 60)
        found: [Found]!
        count(status: Status, by: Filter): Int
        secretPlans: String @tag(name: "${secretTag}")
        mine: String @requiresScopes(scopes: [["staff"]]) @tag(name: "internal")
      }
      type Mutation { rename(id: ID!): Product @tag(name: "internal") }
      type Subscription {
        productChanged(id: ID!): Product @tag(name: "${followTag}")
        plansChanged: Product @tag(name: "internal")
      }
      type Product @key(fields: "id") @tag(name: "partner") {
        id: ID! name: String status: Status cost: Int @tag(name: "internal")
      }
      enum Status { ON_SALE DISCONTINUED @tag(name: "internal") }
      input Filter { text: String secretText: String @tag(name: "internal") }
      interface Item @tag(name: "partner") { id: ID! name: String }
      type Book implements Item @tag(name: "partner") { id: ID! name: String }
      type Prototype implements Item @tag(name: "internal") { id: ID! name: String engine: Int }
      union Found @tag(name: "partner") = Book | Prototype
    `,
    resolvers: {
      Query: {
        product: (_, { id }) => productOf(id),
        items: () => items,
        found: () => items,
        count: () => 2,
        secretPlans: () => 'none',
        mine: () => 'mine',
      },
      Product: { __resolveReference: ({ id }) => productOf(id), cost: () => 5 },
      Subscription: {
        productChanged: { subscribe: () => feed.subscribe(), resolve: (event) => event },
        plansChanged: { subscribe: () => feed.subscribe(), resolve: (event) => event },
      },
    },
  });
  const reviews = defineSubgraph({
    name: 'reviews',
    typeDefs: `
      type Product @key(fields: "id") { id: ID! reviews: [Review!] @tag(name: "partner") }
      type Review { body: String! @tag(name: "partner") reporter: String }
    `,
    resolvers: {
      Product: {
        __resolveReference: ({ id }) => ({ id }),
        reviews: ({ id }) => [{ body: `About ${String(id)}`, reporter: 'me' }],
      },
    },
  });
  return { subgraphs: [products, reviews], feed };
}

function productOf(id: unknown) {
  const status = id === 'p2' ? 'DISCONTINUED' : 'ON_SALE';
  return { id, name: names[String(id)] ?? null, status };
}
