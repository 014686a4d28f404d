import type { GraphView } from '../supergraph/snapshot.ts';
import type { NormalizedOperation } from './normalize-operation.ts';

/**
 * What queries have in common that may be executed once for all: supergraph, operation, variables
 * and the identity of the client. `identity` holds every header that a subgraph may see.
 */
export function collapseKey(
  operation: NormalizedOperation,
  view: GraphView,
  variables: Readonly<Record<string, unknown>>,
  identity: readonly unknown[],
): string {
  return `${view.hash} ${operation.id} ${JSON.stringify([variables, identity])}`;
}
