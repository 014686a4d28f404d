import { eventSourceSdl } from '@plaza/schema/event-source';
import type { SubgraphDefinition } from '../kit/define-subgraph.ts';
import { defineSubgraph } from '../kit/define-subgraph.ts';

/** Orders, of which topics tell that they have changed, and seats, of which topics tell all. */
export const ordersDefinition: SubgraphDefinition = {
  name: 'orders',
  typeDefs: `
    ${eventSourceSdl}
    type Query { order(id: ID!): Order }
    type Subscription {
      orderChanged(id: ID!): Order
        @eventSource(topic: "order.{args.id}")
        @eventFilter(field: "buyerId", in: ["{viewer.id}"], orScopes: [["order:read"], ["admin", "all"]])
      myOrdersChanged: Order @eventSource(topic: "user.{viewer.id}.orders")
      seatChanged(match: ID!, kind: Kind = ALL): SeatChange! @eventSource(topic: "match.{args.match}.seats")
      visitors: Int @eventSource(topic: "visitors")
      clock: Int
    }
    type Order @key(fields: "id") { id: ID! status: Status! buyer: User }
    type User @key(fields: "id", resolvable: false) { id: ID! }
    type SeatChange { seatId: ID! status: Status! place: Place user: User }
    type Place { row: Int! label: String }
    enum Status { HELD SOLD }
    enum Kind { ALL VIP }`,
  resolvers: {
    Order: {
      __resolveReference: ({ id }) => ({ id }),
      status: () => 'SOLD',
      buyer: () => ({ id: 'ada' }),
    },
  },
};

export const orders = defineSubgraph(ordersDefinition);

export const users = defineSubgraph({
  name: 'users',
  typeDefs: `
    type Query { me: User }
    type User @key(fields: "id") { id: ID! name: String }
    type Order @key(fields: "id") { id: ID! payments: [Int!]! }`,
  resolvers: {
    User: { __resolveReference: ({ id }) => ({ id, name: `Name of ${String(id)}` }) },
    Order: { __resolveReference: ({ id }) => ({ id, payments: [5] }) },
  },
});
