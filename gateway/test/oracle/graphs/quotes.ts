import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { filterBy, findBy, onlyFields, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const items = [
  { id: 'i1', name: 'Anvil', cents: 1000, weight: 20 },
  { id: 'i2', name: 'Rope', cents: 300, weight: 0 },
  { id: 'i3', name: 'Lamp', cents: 0, weight: 3 },
];
const notes = [
  { id: 'n1', itemId: 'i1', writerId: 'w1', text: 'heavy' },
  { id: 'n2', itemId: 'i1', writerId: 'w2', text: 'black' },
  { id: 'n3', itemId: 'i1', writerId: 'w1', text: 'old' },
  { id: 'n4', itemId: 'i2', writerId: 'w2', text: 'long' },
];
const stock = onlyFields(items, 'id', 'name', 'weight');

const rates: Readonly<Record<string, number>> = { USD: 1, EUR: 2, GBP: 3 };
type PriceArgs = { currency: string; round?: boolean };
const price = (row: { cents: number }, { currency, round }: PriceArgs) => {
  const amount = row.cents * (rates[currency] ?? 0);
  return round ? Math.round(amount / 100) * 100 : amount;
};
const notesOf = (row: { id: string }, { limit, from }: { limit: number; from?: string }) =>
  filterBy(notes, 'itemId', row.id)
    .filter((note) => from === undefined || from === null || note.writerId === from)
    .slice(0, limit);

// What another subgraph computes from what @requires sent it.
const shippingUsd = (row: { price: number; weight: number }) => row.price / 10 + row.weight;
const shippingEur = (row: { price: number; weight: number }) => row.price / 20 + row.weight;
const voices = (row: { notes: readonly { writerId: string }[] }) =>
  row.notes.map((note) => note.writerId).join('+');
const digest = (row: { notes: readonly { text: string }[] }) =>
  row.notes.map((note) => note.text).join(',');

type Item = (typeof items)[number];
const priced = (item: Item, currency: string) => ({ ...item, price: price(item, { currency }) });
const noted = (item: Item, limit: number) =>
  ({ ...item, notes: notesOf(item, { limit }) }) as unknown as { notes: typeof notes };

/** `@requires` of fields with arguments: against the client's own, and against each other. */
export const quotes: OracleGraph = {
  name: 'quotes',
  subgraphs: [
    defineSubgraph({
      name: 'stock',
      typeDefs: `
        type Query { items: [Item!]! item(id: ID!): Item }
        type Item @key(fields: "id") { id: ID! name: String! weight: Int! }`,
      resolvers: {
        Query: { items: () => stock, item: (_, { id }) => findBy(stock, 'id', id) },
        Item: { __resolveReference: referenceTo(stock, 'id') },
      },
    }),
    defineSubgraph({
      name: 'pricing',
      typeDefs: `
        enum Currency { USD EUR GBP }
        type Item @key(fields: "id") {
          id: ID!
          price(currency: Currency!, round: Boolean): Int!
          notes(limit: Int!, from: ID): [Note!]!
        }
        type Note @key(fields: "id") { id: ID! text: String! writerId: ID! }`,
      resolvers: {
        Item: { __resolveReference: referenceTo(items, 'id'), price, notes: notesOf },
        Note: { __resolveReference: referenceTo(notes, 'id') },
      },
    }),
    defineSubgraph({
      name: 'shipping',
      typeDefs: `
        enum Currency { USD EUR GBP }
        type Item @key(fields: "id") {
          id: ID!
          weight: Int! @external
          price(currency: Currency!, round: Boolean): Int! @external
          notes(limit: Int!, from: ID): [Note!]! @external
          shippingUsd: Float! @requires(fields: "price(currency: USD) weight")
          shippingEur: Float! @requires(fields: "price(currency: EUR) weight")
          voices: String! @requires(fields: "notes(limit: 3) { writerId }")
          digest: String! @requires(fields: "notes(limit: 1) { text }")
        }
        type Note @key(fields: "id", resolvable: false) {
          id: ID!
          writerId: ID! @external
          text: String! @external
        }`,
      resolvers: { Item: { shippingUsd, shippingEur, voices, digest } },
    }),
  ],
  monolith: {
    Query: { items: () => items, item: (_, { id }) => findBy(items, 'id', id) },
    Item: {
      price,
      notes: notesOf,
      shippingUsd: (row: Item) => shippingUsd(priced(row, 'USD')),
      shippingEur: (row: Item) => shippingEur(priced(row, 'EUR')),
      voices: (row: Item) => voices(noted(row, 3)),
      digest: (row: Item) => digest(noted(row, 1)),
    },
  },
  operations: {
    'an argument in @requires': '{ items { name shippingUsd } }',
    'two conflicting @requires': '{ items { shippingUsd shippingEur } }',
    'two conflicting @requires, aliased':
      '{ items { a: shippingEur b: shippingUsd c: shippingEur } }',
    'two conflicting @requires with nested selections': '{ items { voices digest } }',
    'four @requires, two of each argument': '{ items { voices shippingUsd digest shippingEur } }',
    'the client asks the same argument': '{ items { price(currency: USD) shippingUsd } }',
    'the client asks another argument': '{ items { price(currency: GBP) shippingUsd } }',
    'the client asks another argument by variable': {
      query: 'query ($c: Currency!) { items { price(currency: $c) shippingUsd shippingEur } }',
      variables: { c: 'GBP' },
    },
    'the client asks fewer of a list': '{ items { notes(limit: 1) { text } voices } }',
    'the client asks fewer by variable': {
      query: 'query ($n: Int!) { item(id: "i1") { notes(limit: $n) { id } voices digest } }',
      variables: { n: 2 },
    },
    'the client asks another writer':
      '{ items { notes(limit: 3, from: "w2") { writerId text } voices } }',
    'the client asks twice under aliases':
      '{ items { one: notes(limit: 1) { text } two: notes(limit: 2) { text } voices digest } }',
    'an alias with the name of the required field': '{ items { price: weight shippingUsd } }',
    'inside a fragment':
      '{ items { ...S name } } fragment S on Item { shippingUsd ... { shippingEur } }',
    'under conditions': {
      query:
        'query ($e: Boolean!) { items { shippingUsd shippingEur @include(if: $e) voices @skip(if: $e) } }',
      variables: { e: true },
    },
    'under conditions, the other way': {
      query:
        'query ($e: Boolean!) { items { shippingUsd shippingEur @include(if: $e) voices @skip(if: $e) } }',
      variables: { e: false },
    },
    'arguments alone, aliased':
      '{ items { usd: price(currency: USD) eur: price(currency: EUR, round: true) } }',
  },
};
