import { AppError } from '@plaza/schema/errors';
import type { Config } from '../../config.ts';
import { createSigner } from '../../signatures/sign-request.ts';
import { settingsOf } from '../../subgraph-fetch/subgraph-settings.ts';
import type { SupergraphSnapshot } from '../../supergraph/snapshot.ts';
import { subscribeAgain } from '../subgraph-sources/subscribe-again.ts';
import type { SourceEvent, SourceRequest, SubscriptionSource } from '../subscription-source.ts';
import { SocketPool } from './socket-pool.ts';
import type { SocketTarget } from './subgraph-socket.ts';

type SocketConfig = Pick<
  Config,
  'subgraphs' | 'subgraphDefaults' | 'subgraphSockets' | 'signatures'
>;

/** WebSockets to the subgraphs, shared by all subscriptions of one forwarded identity. */
export interface SubgraphSockets extends Disposable {
  sourceFor(supergraph: SupergraphSnapshot): SubscriptionSource;
}

/** Creates the source that subscribes to subgraphs under graphql-transport-ws. */
export function createSubgraphSockets(config: SocketConfig): SubgraphSockets {
  const pool = new SocketPool(config.subgraphSockets);
  const sign = createSigner(config.signatures);
  const sourceFor = (supergraph: SupergraphSnapshot): SubscriptionSource => {
    const targetOf = (request: SourceRequest): SocketTarget => ({
      ...socketTarget(request, supergraph, config),
      sign,
    });
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

/** A function of its own: what lasts as long as the subscription must not see a supergraph. */
function followEvents(
  request: SourceRequest,
  target: SocketTarget,
  following: Following,
): AsyncIterable<SourceEvent> {
  return subscribeAgain({
    ...following.config,
    attempt: () => followOnSocket(request, target, following),
    signal: following.signal,
    connectTimeoutMs: target.connectTimeoutMs,
  });
}

/** One subscription on one socket. */
async function* followOnSocket(
  { body }: SourceRequest,
  target: SocketTarget,
  { pool, signal }: Following,
): AsyncGenerator<SourceEvent> {
  const socket = pool.socketFor(target);
  using _place = socket.takePlace();
  await socket.ready;
  signal.throwIfAborted();
  const { events, close } = socket.subscribe(body);
  signal.addEventListener('abort', close, { once: true });
  try {
    yield { kind: 'open' };
    yield* events;
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/** Throws AppError DOWNSTREAM_SERVICE_ERROR for a subgraph without an address. */
function socketTarget(
  { subgraph, headers }: SourceRequest,
  supergraph: SupergraphSnapshot,
  config: SocketConfig,
): Omit<SocketTarget, 'sign'> {
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
