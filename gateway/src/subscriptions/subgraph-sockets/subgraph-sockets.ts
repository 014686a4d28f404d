import { AppError } from '@plaza/schema/errors';
import type { Config } from '../../config.ts';
import type { SignRequest } from '../../signatures/sign-request.ts';
import { createSigner } from '../../signatures/sign-request.ts';
import type { ShapeHeaders } from '../../subgraph-fetch/header-rules.ts';
import { callRules } from '../../subgraph-fetch/header-rules.ts';
import type { HttpExecutor } from '../../subgraph-fetch/http-executor.ts';
import type { Replicas } from '../../subgraph-fetch/replicas.ts';
import { settingsOf, urlsOf } from '../../subgraph-fetch/subgraph-settings.ts';
import type { SupergraphSnapshot } from '../../supergraph/snapshot.ts';
import { LostConnection, subscribeAgain } from '../subgraph-sources/subscribe-again.ts';
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
export function createSubgraphSockets(
  config: SocketConfig,
  executor: Pick<HttpExecutor, 'replicasOf'>,
): SubgraphSockets {
  const pool = new SocketPool(config.subgraphSockets);
  const sign = createSigner(config.signatures);
  const sourceFor = (supergraph: SupergraphSnapshot): SubscriptionSource => {
    const placeOf = ({ subgraph }: SourceRequest): SocketPlace => ({
      ...socketPlace(subgraph, supergraph, { config, executor }),
      sign,
    });
    return {
      placeOf: (request) => placeOf(request).key,
      open: (request, signal) =>
        followEvents(request, placeOf(request), { pool, signal, config: config.subgraphSockets }),
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
  place: SocketPlace,
  following: Following,
): AsyncIterable<SourceEvent> {
  return subscribeAgain({
    ...following.config,
    attempt: () => followOnReplica(request, place, following),
    signal: following.signal,
    connectTimeoutMs: place.connectTimeoutMs,
  });
}

/** One subscription at one replica, of which it is known whether it could be connected to. */
async function* followOnReplica(
  request: SourceRequest,
  place: SocketPlace,
  following: Following,
): AsyncGenerator<SourceEvent> {
  const { subgraph, url, replicas, sign, connectTimeoutMs, messageBytesMax } = place;
  const headers = place.shape?.(request.headers) ?? request.headers;
  const target = { subgraph, headers, sign, connectTimeoutMs, messageBytesMax };
  if (replicas === undefined) {
    yield* followOnSocket(request, { ...target, url, connect: {} }, following);
    return;
  }
  const replica = replicas.choose('subscriptions');
  const { origin, path, ip } = replica.address;
  const own = { url: toWebSocket(`${origin}${path}`), replica: ip, connect: replica.connect };
  replica.subscriptions += 1;
  let isOpen = false;
  try {
    for await (const event of followOnSocket(request, { ...target, ...own }, following)) {
      if (event.kind === 'open') {
        isOpen = true;
        replicas.succeeded(replica);
      }
      yield event;
    }
  } catch (error) {
    if (!isOpen && error instanceof LostConnection) replicas.failed(replica);
    throw error;
  } finally {
    replica.subscriptions -= 1;
  }
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

/** Where a subgraph is subscribed at. */
interface SocketPlace {
  readonly subgraph: string;
  readonly key: string;
  readonly url: string;
  /** Undefined where `url` says it all. */
  readonly replicas: Replicas | undefined;
  readonly sign: SignRequest | undefined;
  readonly shape: ShapeHeaders | undefined;
  readonly connectTimeoutMs: number;
  readonly messageBytesMax: number;
}

/** Throws AppError DOWNSTREAM_SERVICE_ERROR for a subgraph without an address. */
function socketPlace(
  subgraph: string,
  supergraph: SupergraphSnapshot,
  {
    config,
    executor,
  }: { readonly config: SocketConfig; readonly executor: Pick<HttpExecutor, 'replicasOf'> },
): Omit<SocketPlace, 'sign'> {
  const settings = settingsOf(subgraph, config);
  const { subscriptionUrl, timeoutMs, responseBytesMax } = settings;
  const limits = { connectTimeoutMs: timeoutMs, messageBytesMax: responseBytesMax };
  const shape = callRules(settings.headers);
  if (subscriptionUrl !== undefined) {
    const place = { key: subscriptionUrl, url: subscriptionUrl, replicas: undefined, shape };
    return { subgraph, ...place, ...limits };
  }
  const live = executor.replicasOf(subgraph, supergraph);
  if (live !== undefined) return { subgraph, ...live, url: '', ...limits };
  const [url = ''] = urlsOf(settings, supergraph.subgraphs.get(subgraph)?.url);
  if (!/^wss?:/.test(url)) {
    const message = `Subgraph ${subgraph} has no URL to subscribe at: set subgraphs.<name>.subscriptionUrl`;
    throw new AppError('DOWNSTREAM_SERVICE_ERROR', message);
  }
  return { subgraph, key: url, url, replicas: undefined, shape, ...limits };
}

function toWebSocket(url: string): string {
  return url.replace(/^http/, 'ws');
}
