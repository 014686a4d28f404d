import type { Config } from '../config.ts';

type Defaults = Config['subgraphDefaults'];

/** How to call one subgraph. */
export interface SubgraphSettings extends Readonly<Defaults> {
  /** Of its replicas. Overrides the supergraph's URL; empty where that holds. */
  readonly urls: readonly string[];
  /** Overrides the URL for operations, with ws for http, where subscriptions go. */
  readonly subscriptionUrl: string | undefined;
  readonly subscriptionProtocol: 'websocket' | 'callback';
}

/** The settings of one subgraph: its own over the defaults for all. */
export function settingsOf(
  subgraph: string,
  { subgraphs, subgraphDefaults: defaults }: Pick<Config, 'subgraphs' | 'subgraphDefaults'>,
): SubgraphSettings {
  const own = Object.hasOwn(subgraphs, subgraph) ? subgraphs[subgraph] : undefined;
  return {
    urls: own?.urls ?? (own?.url === undefined ? [] : [own.url]),
    subscriptionUrl: own?.subscriptionUrl,
    subscriptionProtocol: own?.subscriptionProtocol ?? 'websocket',
    timeoutMs: own?.timeoutMs ?? defaults.timeoutMs,
    connectTimeoutMs: own?.connectTimeoutMs ?? defaults.connectTimeoutMs,
    connectionsMax: own?.connectionsMax ?? defaults.connectionsMax,
    waitingCallsMax: own?.waitingCallsMax ?? defaults.waitingCallsMax,
    responseBytesMax: own?.responseBytesMax ?? defaults.responseBytesMax,
    countingWindowMs: own?.countingWindowMs ?? defaults.countingWindowMs,
    retries: withOwn(defaults.retries, own?.retries),
    circuitBreaker: withOwn(defaults.circuitBreaker, own?.circuitBreaker),
    outlierEjection: withOwn(defaults.outlierEjection, own?.outlierEjection),
    dns: withOwn(defaults.dns, own?.dns),
    hedging: withOwn(defaults.hedging, own?.hedging),
    headers: withOwn(defaults.headers, own?.headers),
    tls: withOwn(defaults.tls, own?.tls),
    tlsCheckIntervalMs: defaults.tlsCheckIntervalMs,
  };
}

/** Where a subgraph is: what is configured, else what the supergraph says. */
export function urlsOf(
  { urls }: Pick<SubgraphSettings, 'urls'>,
  supergraphUrl: string | undefined,
): readonly string[] {
  if (urls.length > 0) return urls;
  return supergraphUrl === undefined ? [] : [supergraphUrl];
}

/** Options key by key: its own where it has some. */
function withOwn<Options extends object>(
  defaults: Options,
  own: { readonly [Key in keyof Options]?: Options[Key] | undefined } | undefined,
): Options {
  const options = { ...defaults };
  for (const key in own) {
    const value = own[key];
    if (value !== undefined) options[key] = value;
  }
  return options;
}
