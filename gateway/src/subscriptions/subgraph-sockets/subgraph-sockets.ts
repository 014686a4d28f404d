import { AppError } from '@plaza/schema/errors';
import type { Config } from '../../config.ts';
import { settingsOf } from '../../subgraph-fetch/subgraph-settings.ts';
import type { SupergraphSnapshot } from '../../supergraph/snapshot.ts';
import type { SourceEvent, SourceRequest, SubscriptionSource } from '../subscription-source.ts';
import { BackOff } from './back-off.ts';
import { SocketPool } from './socket-pool.ts';
import type { SocketTarget } from './subgraph-socket.ts';
import { LostConnection } from './subgraph-socket.ts';

/** A connection that held for so long was a good one, though no event came. */
const steadyMs = 5_000;

type SocketConfig = Pick<Config, 'subgraphs' | 'subgraphDefaults' | 'subgraphSockets'>;

/** WebSockets to the subgraphs, shared by all subscriptions of one forwarded identity. */
export interface SubgraphSockets extends Disposable {
  sourceFor(supergraph: SupergraphSnapshot): SubscriptionSource;
}

/** Creates the source that subscribes to subgraphs under graphql-transport-ws. */
export function createSubgraphSockets(config: SocketConfig): SubgraphSockets {
  const pool = new SocketPool(config.subgraphSockets);
  const sourceFor = (supergraph: SupergraphSnapshot): SubscriptionSource => {
    const targetOf = (request: SourceRequest): SocketTarget =>
      socketTarget(request, supergraph, config);
    return {
      placeOf: (request) => targetOf(request).url,
      open: (request, signal) =>
        followEvents(request, targetOf(request), { pool, signal, config: config.subgraphSockets }),
    };
  };
  return { sourceFor, [Symbol.dispose]: () => pool.close() };
}

interface Following {
  readonly pool: SocketPool;
  readonly signal: AbortSignal;
  readonly config: Config['subgraphSockets'];
}

/** One subscription over as many connections as it takes. */
async function* followEvents(
  { body }: SourceRequest,
  target: SocketTarget,
  { pool, signal, config }: Following,
): AsyncGenerator<SourceEvent> {
  const backOff = new BackOff(config.retryDelayMsMax);
  let subscribedAtMs: number | undefined;
  for (;;) {
    try {
      const socket = pool.socketFor(target);
      using _place = socket.takePlace();
      await socket.ready;
      signal.throwIfAborted();
      const { events, close } = socket.subscribe(body);
      signal.addEventListener('abort', close, { once: true });
      try {
        yield { kind: subscribedAtMs === undefined ? 'open' : 'gap' };
        subscribedAtMs = performance.now();
        for await (const event of events) {
          backOff.succeeded();
          yield event;
        }
        return;
      } finally {
        signal.removeEventListener('abort', close);
        close();
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof LostConnection)) throw error;
      const isSteady = performance.now() - (subscribedAtMs ?? Infinity) >= steadyMs;
      if (isSteady) backOff.succeeded();
      backOff.failed();
      const timeoutMs =
        subscribedAtMs === undefined ? target.connectTimeoutMs : config.retryTimeoutMs;
      if (backOff.failingMs >= timeoutMs) {
        throw new AppError('DOWNSTREAM_SERVICE_ERROR', error.message, { cause: error });
      }
    }
    await backOff.wait(signal);
  }
}

/** Throws AppError DOWNSTREAM_SERVICE_ERROR for a subgraph without an address. */
function socketTarget(
  { subgraph, headers }: SourceRequest,
  supergraph: SupergraphSnapshot,
  config: SocketConfig,
): SocketTarget {
  const settings = settingsOf(subgraph, config);
  const address = settings.url ?? supergraph.subgraphs.get(subgraph)?.url ?? '';
  const url = settings.subscriptionUrl ?? address.replace(/^http/, 'ws');
  if (!/^wss?:/.test(url)) {
    const message = `Subgraph ${subgraph} has no URL to subscribe at: set subgraphs.<name>.subscriptionUrl`;
    throw new AppError('DOWNSTREAM_SERVICE_ERROR', message);
  }
  return {
    subgraph,
    url,
    headers,
    connectTimeoutMs: settings.timeoutMs,
    messageBytesMax: settings.responseBytesMax,
  };
}
