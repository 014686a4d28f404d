import { composeServices } from '@apollo/composition';
import { fixtureSubgraphs } from '../subgraphs/fixture-graph.ts';
import { defineFixtureSubgraph } from '../subgraphs/fixture-subgraph.ts';

/** What the subgraph tells of a price that has changed. */
export interface PriceEvent {
  /** Counts up by one in each market: a frame that is lost or doubled shows. */
  readonly sequence: number;
  /** By the machine's monotonic clock, which all its processes share. */
  readonly sentAtMs: number;
  readonly priceMinor: number;
  readonly note: string;
  readonly product: { readonly __typename: 'Product'; readonly id: string };
}

/** Prices change in markets; the product of a price is another subgraph's. */
export const prices = defineFixtureSubgraph({
  name: 'prices',
  directives: ['key'],
  sdl: `
    type Query { marketCount: Int! }
    type Subscription { priceChanged(market: Int!): PriceChange! }
    type PriceChange {
      sequence: Int!
      sentAtMs: Float!
      priceMinor: Int!
      note: String!
      product: Product!
    }
    type Product @key(fields: "id", resolvable: false) { id: ID! }
  `,
  resolvers: { Query: { marketCount: () => 0 } },
});

/** What clients subscribe to. */
export const subscriptionDocuments = {
  /** All of it is in the event. */
  plain: `subscription PriceChanged($market: Int!) {
    priceChanged(market: $market) { sequence sentAtMs priceMinor }
  }`,
  /** Each event is joined with another subgraph. */
  joined: `subscription PriceChangedWithProduct($market: Int!) {
    priceChanged(market: $market) { sequence sentAtMs priceMinor product { id title } }
  }`,
  /** Each event is as long as the run wants it. */
  long: `subscription PriceChangedWithNote($market: Int!) {
    priceChanged(market: $market) { sequence sentAtMs note }
  }`,
} as const;

/** The benchmark's graph and the prices, as supergraph SDL. */
export function composePriceGraph(origin: string, pricesUrl: string): string {
  const { supergraphSdl, errors } = composeServices([
    ...fixtureSubgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: `${origin}/${name}` })),
    { name: prices.name, typeDefs: prices.typeDefs, url: pricesUrl },
  ]);
  if (supergraphSdl === undefined) {
    throw new Error(`The graph of prices does not compose: ${errors?.join('\n')}`);
  }
  return supergraphSdl;
}
