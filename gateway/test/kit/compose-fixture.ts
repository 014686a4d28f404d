import { composeServices } from '../../src/composition/compose-services.ts';
import type { Subgraph } from './define-subgraph.ts';

/** Composes subgraphs to supergraph SDL. Throws one error that lists all that composition found. */
export function composeFixture(subgraphs: readonly Subgraph[]): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, url, typeDefs }) => ({ name, url, typeDefs })),
  );
  if (supergraphSdl === undefined) {
    const reasons = (errors ?? []).map((error) => error.message).join('\n');
    throw new Error(`The fixture subgraphs do not compose:\n${reasons}`);
  }
  return supergraphSdl;
}
