import { randomUUID } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';
import { headers as headerNames } from '@plaza/schema/headers';
import type { Dispatcher } from 'undici';
import type { SignRequest } from '../../signatures/sign-request.ts';
import type { TextAnswer } from '../../subgraph-fetch/fetch-text.ts';
import { fetchText } from '../../subgraph-fetch/fetch-text.ts';
import { continueTrace } from '../../telemetry/trace-context.ts';
import { readRejection } from '../subgraph-sources/read-rejection.ts';
import { refusedAccess } from '../subgraph-sources/refused-access.ts';
import { LostConnection } from '../subgraph-sources/subscribe-again.ts';
import type { SourceRequest } from '../subscription-source.ts';
import type { CalledSubscription } from './called-subscription.ts';

/** Where a subgraph is asked, and where it is to call. */
export interface CallbackTarget {
  readonly url: string;
  /** Of the gateway, as the subgraph reaches it; the id follows. */
  readonly callbackUrl: string;
  readonly heartbeatIntervalMs: number;
  readonly timeoutMs: number;
  readonly responseBytesMax: number;
}

export interface AskingParts {
  readonly dispatcher: Dispatcher;
  readonly sign: SignRequest | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks a subgraph to call back with the events of a subscription (HTTP callback protocol 1.0,
 * "Initialization"). Throws LostConnection when it may be asked again; AppError when it refuses, or
 * answers without having called once.
 */
export async function askToCall(
  request: SourceRequest,
  target: CallbackTarget,
  subscription: CalledSubscription,
  parts: AskingParts,
): Promise<void> {
  const { subgraph } = request;
  const { status, text } = await post(request, target, subscription, parts);
  const refused = refusedAccess(status);
  if (refused !== undefined) throw refused;
  const errors = readErrors(text);
  if (status < 500 && errors !== undefined) throw readRejection(subgraph, errors);
  if (status < 200 || status > 299) {
    throw new LostConnection(`Subgraph ${subgraph} answered ${status} to a subscription`);
  }
  if (!subscription.isHeard) {
    const message = `Subgraph ${subgraph} does not speak the callback protocol: it sent no check`;
    throw new AppError('DOWNSTREAM_SERVICE_ERROR', message);
  }
}

async function post(
  { subgraph, operation, operationName, variables, headers }: SourceRequest,
  { url, callbackUrl, heartbeatIntervalMs, timeoutMs, responseBytesMax }: CallbackTarget,
  { id, verifier }: CalledSubscription,
  { dispatcher, sign, signal }: AskingParts,
): Promise<TextAnswer> {
  const subscription = {
    callbackUrl: `${callbackUrl}/${id}`,
    subscriptionId: id,
    verifier,
    heartbeatIntervalMs,
  };
  try {
    return await fetchText({
      url,
      accept: 'application/json;callbackSpec=1.0',
      headers: {
        ...headers,
        [headerNames.requestId]: randomUUID(),
        [headerNames.traceparent]: continueTrace(undefined),
      },
      body: { query: operation, operationName, variables, extensions: { subscription } },
      signing: { sign, subgraph },
      timeoutMs,
      bytesMax: responseBytesMax,
      signal,
      dispatcher,
    });
  } catch (error) {
    signal.throwIfAborted();
    const message = `Subgraph ${subgraph} did not answer to a subscription`;
    throw new LostConnection(message, { cause: error });
  }
}

/** The errors of a GraphQL response; undefined when there are none, or it is no such response. */
function readErrors(text: string): readonly unknown[] | undefined {
  try {
    const { errors } = Object(JSON.parse(text)) as { readonly errors?: unknown };
    return Array.isArray(errors) && errors.length > 0 ? errors : undefined;
  } catch {
    return undefined;
  }
}
