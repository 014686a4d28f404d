import { composeServices } from '@apollo/composition';
import { accounts } from './accounts.ts';
import type { FixtureSubgraph } from './fixture-subgraph.ts';
import { inventory } from './inventory.ts';
import { products } from './products.ts';
import { reviews } from './reviews.ts';

export const fixtureSubgraphs: readonly FixtureSubgraph[] = [
  accounts,
  products,
  reviews,
  inventory,
];

/** Composes the four subgraphs, each served below `origin` under its name, to supergraph SDL. */
export function composeFixtureGraph(origin: string): string {
  const { supergraphSdl, errors } = composeServices(
    fixtureSubgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: `${origin}/${name}` })),
  );
  if (supergraphSdl === undefined) {
    throw new Error(`The fixture subgraphs do not compose: ${errors?.join('\n')}`);
  }
  return supergraphSdl;
}
