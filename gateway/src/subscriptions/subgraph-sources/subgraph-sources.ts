import type { Config } from '../../config.ts';
import { settingsOf } from '../../subgraph-fetch/subgraph-settings.ts';
import type { SupergraphSnapshot } from '../../supergraph/snapshot.ts';
import type { SourceParts, SubgraphCallbacks } from '../subgraph-callbacks/subgraph-callbacks.ts';
import { createSubgraphCallbacks } from '../subgraph-callbacks/subgraph-callbacks.ts';
import { createSubgraphSockets } from '../subgraph-sockets/subgraph-sockets.ts';
import type { SourceRequest, SubscriptionSource } from '../subscription-source.ts';

type SourceConfig = Pick<
  Config,
  'subgraphs' | 'subgraphDefaults' | 'subgraphSockets' | 'subscriptions' | 'signatures'
>;

/**
 * Creates the sources of all subgraphs, each of the protocol that is configured for it. They go where
 * the executor's calls go.
 */
export function createSubgraphSources(config: SourceConfig, parts: SourceParts): SubgraphCallbacks {
  const sockets = createSubgraphSockets(config, parts.executor);
  const called = createSubgraphCallbacks(config, parts);
  return {
    sourceFor: (supergraph: SupergraphSnapshot): SubscriptionSource => {
      const byProtocol = {
        websocket: sockets.sourceFor(supergraph),
        callback: called.sourceFor(supergraph),
      };
      const sourceOf = ({ subgraph }: SourceRequest): SubscriptionSource =>
        byProtocol[settingsOf(subgraph, config).subscriptionProtocol];
      return {
        placeOf: (request) => sourceOf(request).placeOf(request),
        open: (request, signal) => sourceOf(request).open(request, signal),
      };
    },
    callbacks: called.callbacks,
    [Symbol.dispose]: () => {
      sockets[Symbol.dispose]();
      called[Symbol.dispose]();
    },
  };
}
