import type { Config } from '../config.ts';

/** How to call one subgraph. */
export interface SubgraphSettings {
  /** Overrides the supergraph's URL. */
  readonly url: string | undefined;
  /** Overrides the URL for operations, with ws for http, where subscriptions go. */
  readonly subscriptionUrl: string | undefined;
  readonly subscriptionProtocol: 'websocket' | 'callback';
  readonly timeoutMs: number;
  readonly connectionsMax: number;
  readonly responseBytesMax: number;
}

/** The settings of one subgraph: its own over the defaults for all. */
export function settingsOf(
  subgraph: string,
  { subgraphs, subgraphDefaults }: Pick<Config, 'subgraphs' | 'subgraphDefaults'>,
): SubgraphSettings {
  const own = Object.hasOwn(subgraphs, subgraph) ? subgraphs[subgraph] : undefined;
  return {
    url: own?.url,
    subscriptionUrl: own?.subscriptionUrl,
    subscriptionProtocol: own?.subscriptionProtocol ?? 'websocket',
    timeoutMs: own?.timeoutMs ?? subgraphDefaults.timeoutMs,
    connectionsMax: own?.connectionsMax ?? subgraphDefaults.connectionsMax,
    responseBytesMax: own?.responseBytesMax ?? subgraphDefaults.responseBytesMax,
  };
}
