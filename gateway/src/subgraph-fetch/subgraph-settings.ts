import type { Config } from '../config.ts';

type Defaults = Config['subgraphDefaults'];

/** How to call one subgraph. */
export interface SubgraphSettings extends Readonly<Defaults> {
  /** Overrides the supergraph's URL. */
  readonly url: string | undefined;
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
    url: own?.url,
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
  };
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
