import { AppError } from '@plaza/schema/errors';
import type { Config } from '../../config.ts';
import { createSigner } from '../../signatures/sign-request.ts';
import type { HttpExecutor, LiveReplicas } from '../../subgraph-fetch/http-executor.ts';
import type { Replicas } from '../../subgraph-fetch/replicas.ts';
import { settingsOf } from '../../subgraph-fetch/subgraph-settings.ts';
import type { SupergraphSnapshot } from '../../supergraph/snapshot.ts';
import { LostConnection, subscribeAgain } from '../subgraph-sources/subscribe-again.ts';
import type { SourceEvent, SourceRequest, SubscriptionSource } from '../subscription-source.ts';
import type { AskingParts, CallbackTarget } from './ask-to-call.ts';
import { askToCall } from './ask-to-call.ts';
import { OpenCallbacks } from './open-callbacks.ts';

type CallbackConfig = Pick<
  Config,
  'subgraphs' | 'subgraphDefaults' | 'subgraphSockets' | 'subscriptions' | 'signatures'
>;

/** Subscriptions of whose events subgraphs tell by calling the gateway's HTTP server. */
export interface SubgraphCallbacks extends Disposable {
  sourceFor(supergraph: SupergraphSnapshot): SubscriptionSource;
  /** Takes what they tell; undefined where no subgraph knows the way. */
  readonly callbacks: OpenCallbacks | undefined;
}

export interface SourceParts {
  readonly executor: Pick<HttpExecutor, 'replicasOf'>;
  /** Goes before the ids of callbacks: tells workers apart whom subgraphs call at one place. */
  readonly callbackPrefix?: string | undefined;
}

/** Creates the source that speaks the HTTP callback protocol 1.0. */
export function createSubgraphCallbacks(
  config: CallbackConfig,
  { executor, callbackPrefix = '' }: SourceParts,
): SubgraphCallbacks {
  const callbacks = new OpenCallbacks({
    ...config.subscriptions.callback,
    idPrefix: callbackPrefix,
  });
  const sign = createSigner(config.signatures);
  const sourceFor = (supergraph: SupergraphSnapshot): SubscriptionSource => ({
    placeOf: ({ subgraph }) => liveReplicas(subgraph, supergraph, executor).key,
    open: (request, signal) => {
      const { subgraph } = request;
      const { replicas, shape } = liveReplicas(subgraph, supergraph, executor);
      const target = callbackTarget(subgraph, config);
      const parts = { callbacks, replicas, sign, signal, config: config.subgraphSockets };
      const headers = shape?.(request.headers) ?? request.headers;
      return followEvents({ ...request, headers }, target, parts);
    },
  });
  return {
    sourceFor,
    callbacks: config.subscriptions.callback.publicUrl === undefined ? undefined : callbacks,
    [Symbol.dispose]: () => callbacks[Symbol.dispose](),
  };
}

interface Following extends Omit<AskingParts, 'dispatcher'> {
  readonly callbacks: OpenCallbacks;
  readonly replicas: Replicas;
  readonly config: Config['subgraphSockets'];
}

/** A function of its own: what lasts as long as the subscription must not see a supergraph. */
function followEvents(
  request: SourceRequest,
  target: Omit<CallbackTarget, 'url'>,
  following: Following,
): AsyncIterable<SourceEvent> {
  return subscribeAgain({
    ...following.config,
    attempt: () => followCallbacks(request, target, following),
    signal: following.signal,
    connectTimeoutMs: target.timeoutMs,
  });
}

/** One subscription under one id. */
async function* followCallbacks(
  request: SourceRequest,
  target: Omit<CallbackTarget, 'url'>,
  { callbacks, replicas, sign, signal }: Following,
): AsyncGenerator<SourceEvent> {
  const replica = replicas.choose('subscriptions');
  const { origin, path } = replica.address;
  const asked = { ...target, url: `${origin}${path}` };
  replica.subscriptions += 1;
  // It may be called before the answer is there.
  const subscription = callbacks.open(request.subgraph);
  const close = (): void => callbacks.close(subscription);
  signal.addEventListener('abort', close, { once: true });
  try {
    await askToCall(request, asked, subscription, {
      dispatcher: replica.pool,
      sign,
      signal,
    });
    replicas.succeeded(replica);
    yield { kind: 'open' };
    yield* subscription.events;
  } catch (error) {
    if (!subscription.isHeard && error instanceof LostConnection) replicas.failed(replica);
    throw error;
  } finally {
    signal.removeEventListener('abort', close);
    close();
    replica.subscriptions -= 1;
  }
}

/** Throws AppError DOWNSTREAM_SERVICE_ERROR for a subgraph without an address. */
function liveReplicas(
  subgraph: string,
  supergraph: SupergraphSnapshot,
  executor: Pick<HttpExecutor, 'replicasOf'>,
): LiveReplicas {
  const live = executor.replicasOf(subgraph, supergraph);
  if (live !== undefined) return live;
  const message = `Subgraph ${subgraph} has no http URL: set subgraphs.<name>.url`;
  throw new AppError('DOWNSTREAM_SERVICE_ERROR', message);
}

function callbackTarget(subgraph: string, config: CallbackConfig): Omit<CallbackTarget, 'url'> {
  const { timeoutMs, responseBytesMax } = settingsOf(subgraph, config);
  const { publicUrl = '', heartbeatIntervalMs } = config.subscriptions.callback;
  const callbackUrl = publicUrl.replace(/\/$/, '');
  return { callbackUrl, heartbeatIntervalMs, timeoutMs, responseBytesMax };
}
