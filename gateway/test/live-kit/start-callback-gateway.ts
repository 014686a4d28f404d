import type { ConfigInput } from '../../src/config.ts';
import type { HttpGateway } from '../http-kit/start-http-gateway.ts';
import { startHttpGateway } from '../http-kit/start-http-gateway.ts';
import type { Subgraph } from '../kit/define-subgraph.ts';
import { freePort } from './free-port.ts';

/** Time between heartbeats; after three of them a silent subgraph is asked again. */
export const heartbeatIntervalMs = 500;

export interface CallbackGatewayOptions {
  readonly subgraphs: readonly Subgraph[];
  /** Where `matches` is asked for its events. */
  readonly url: string;
  readonly config?: Partial<ConfigInput>;
}

/** A gateway that `matches` calls back at `/told`. */
export async function startCallbackGateway(options: CallbackGatewayOptions): Promise<HttpGateway> {
  const port = await freePort();
  const { subgraphs, url, config = {} } = options;
  const callback = {
    publicUrl: `http://127.0.0.1:${port}/told/`,
    path: '/told',
    heartbeatIntervalMs,
    bodyBytesMax: 10_000,
  };
  return startHttpGateway({
    subgraphs,
    port,
    config: {
      subgraphSockets: { retryDelayMsMax: 50 },
      ...config,
      subgraphs: { matches: { url, subscriptionProtocol: 'callback' } },
      subscriptions: { ...config.subscriptions, callback },
    },
  });
}
