import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

// The old owner still answers, but wrongly: whoever asks it is found out.
const oldBills = [
  { id: 'b1', amount: -1, paid: null, note: 'old', payer: { id: 'old' } },
  { id: 'b2', amount: -2, paid: null, note: 'old', payer: { id: 'old' } },
];
const bills = [
  { id: 'b1', amount: 100, paid: true, note: 'new', payer: { id: 'u1', name: 'Ines' } },
  { id: 'b2', amount: 0, paid: false, note: '', payer: { id: 'u2', name: 'Juan' } },
];
const payers = bills.map(({ payer }) => payer);
const tax = (row: { amount: number }) => row.amount / 5;

/** `@override`: fields, a root field and a required field that moved to another subgraph. */
export const movedFields: OracleGraph = {
  name: 'moved-fields',
  subgraphs: [
    defineSubgraph({
      name: 'billing-old',
      typeDefs: `
        type Query { bills: [Bill!]! total: Int! }
        type Bill @key(fields: "id") {
          id: ID!
          amount: Int!
          paid: Boolean
          note: String
          payer: Payer!
          legacy: String!
        }
        type Payer @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { bills: () => oldBills, total: () => -3 },
        Bill: { __resolveReference: referenceTo(oldBills, 'id'), legacy: (row) => `L${row.id}` },
      },
    }),
    defineSubgraph({
      name: 'billing',
      typeDefs: `
        type Query { total: Int! @override(from: "billing-old") bill(id: ID!): Bill }
        type Bill @key(fields: "id") {
          id: ID!
          amount: Int! @override(from: "billing-old")
          paid: Boolean @override(from: "billing-old")
          note: String @override(from: "billing-old")
          payer: Payer! @override(from: "billing-old")
        }
        type Payer @key(fields: "id") { id: ID! name: String! }`,
      resolvers: {
        Query: {
          total: () => 100,
          bill: (_, { id }) => bills.find((row) => row.id === id),
        },
        Bill: { __resolveReference: referenceTo(bills, 'id') },
        Payer: { __resolveReference: referenceTo(payers, 'id') },
      },
    }),
    defineSubgraph({
      name: 'taxes',
      typeDefs: `
        type Bill @key(fields: "id") {
          id: ID!
          amount: Int! @external
          tax: Float! @requires(fields: "amount")
        }`,
      resolvers: { Bill: { tax } },
    }),
  ],
  monolith: {
    Query: {
      bills: () => bills,
      bill: (_, { id }) => bills.find((row) => row.id === id),
      total: () => 100,
    },
    Bill: { tax, legacy: (row) => `L${row.id}` },
  },
  operations: {
    'a moved field': '{ bills { amount } }',
    'a moved root field': '{ total }',
    'moved fields with falsy values': '{ bills { id paid note amount } }',
    'a moved field and one that stayed': '{ bills { legacy paid } }',
    'a moved object': '{ bills { payer { name id } } }',
    'a moved field behind @requires': '{ bills { tax } }',
    'from the new owner to what stayed': '{ bill(id: "b2") { legacy note tax } }',
    'two roots, both moved and not': '{ bills { id } total }',
    'an object of which nothing is left': {
      query: 'query ($on: Boolean!) { bills @include(if: $on) { id @skip(if: $on) } }',
      variables: { on: true },
    },
    'an alias with the name of a moved field': '{ bills { amount: legacy sum: amount } }',
  },
};
