import { AppError } from '@plaza/schema/errors';
import { Agent } from 'undici';
import type { Config } from '../../config.ts';
import { createSigner } from '../../signatures/sign-request.ts';
import { settingsOf } from '../../subgraph-fetch/subgraph-settings.ts';
import type { SupergraphSnapshot } from '../../supergraph/snapshot.ts';
import { subscribeAgain } from '../subgraph-sources/subscribe-again.ts';
import type { SourceEvent, SourceRequest, SubscriptionSource } from '../subscription-source.ts';
import type { AskingParts, CallbackTarget } from './ask-to-call.ts';
import { askToCall } from './ask-to-call.ts';
import { OpenCallbacks } from './open-callbacks.ts';

type CallbackConfig = Pick<
  Config,
  'subgraphs' | 'subgraphDefaults' | 'subgraphSockets' | 'subscriptions' | 'signatures'
>;

/** Subscriptions of whose events subgraphs tell by calling the gateway's HTTP server. */
export interface SubgraphCallbacks extends AsyncDisposable {
  sourceFor(supergraph: SupergraphSnapshot): SubscriptionSource;
  /** Takes what they tell; undefined where no subgraph knows the way. */
  readonly callbacks: OpenCallbacks | undefined;
}

/** Creates the source that speaks the HTTP callback protocol 1.0. */
export function createSubgraphCallbacks(config: CallbackConfig): SubgraphCallbacks {
  const callbacks = new OpenCallbacks(config.subscriptions.callback);
  const sign = createSigner(config.signatures);
  const dispatcher = new Agent({ connections: config.subgraphDefaults.connectionsMax });
  const sourceFor = (supergraph: SupergraphSnapshot): SubscriptionSource => ({
    placeOf: ({ subgraph }) => callbackTarget(subgraph, supergraph, config).url,
    open: (request, signal) => {
      const target = callbackTarget(request.subgraph, supergraph, config);
      const parts = { callbacks, dispatcher, sign, signal, config: config.subgraphSockets };
      return followEvents(request, target, parts);
    },
  });
  return {
    sourceFor,
    callbacks: config.subscriptions.callback.publicUrl === undefined ? undefined : callbacks,
    [Symbol.asyncDispose]: async () => {
      callbacks[Symbol.dispose]();
      await dispatcher.destroy();
    },
  };
}

interface Following extends AskingParts {
  readonly callbacks: OpenCallbacks;
  readonly config: Config['subgraphSockets'];
}

/** A function of its own: what lasts as long as the subscription must not see a supergraph. */
function followEvents(
  request: SourceRequest,
  target: CallbackTarget,
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
  target: CallbackTarget,
  { callbacks, ...parts }: Following,
): AsyncGenerator<SourceEvent> {
  const { signal } = parts;
  // It may be called before the answer is there.
  const subscription = callbacks.open(request.subgraph);
  const close = (): void => callbacks.close(subscription);
  signal.addEventListener('abort', close, { once: true });
  try {
    await askToCall(request, target, subscription, parts);
    yield { kind: 'open' };
    yield* subscription.events;
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/** Throws AppError DOWNSTREAM_SERVICE_ERROR for a subgraph without an address. */
function callbackTarget(
  subgraph: string,
  supergraph: SupergraphSnapshot,
  config: CallbackConfig,
): CallbackTarget {
  const { timeoutMs, responseBytesMax, ...settings } = settingsOf(subgraph, config);
  const { publicUrl = '', heartbeatIntervalMs } = config.subscriptions.callback;
  const url = settings.url ?? supergraph.subgraphs.get(subgraph)?.url ?? '';
  if (!/^https?:/.test(url)) {
    const message = `Subgraph ${subgraph} has no http URL: set subgraphs.<name>.url`;
    throw new AppError('DOWNSTREAM_SERVICE_ERROR', message);
  }
  const callbackUrl = publicUrl.replace(/\/$/, '');
  return { url, callbackUrl, heartbeatIntervalMs, timeoutMs, responseBytesMax };
}
