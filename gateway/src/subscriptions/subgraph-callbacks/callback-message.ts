import { AppError } from '@plaza/schema/errors';

/** What a subgraph tells of a subscription (HTTP callback protocol 1.0, "Message types"). */
export type CallbackMessage = CallbackSender &
  (
    | { readonly action: 'check' }
    | { readonly action: 'next'; readonly payload: unknown }
    | { readonly action: 'complete'; readonly errors: unknown }
  );

interface CallbackSender {
  readonly id: string;
  readonly verifier: string;
}

/** Reads the body of a callback. Throws AppError BAD_REQUEST when it is none of this protocol. */
export function readCallbackMessage(body: unknown): CallbackMessage {
  if (!isMap(body)) throw badRequest('The callback must be a JSON object');
  const { kind, action, id, verifier, payload, errors } = body;
  if (kind !== 'subscription') throw badRequest('The kind of a callback must be subscription');
  if (typeof id !== 'string') throw badRequest('The id of a callback must be a string');
  if (typeof verifier !== 'string') throw badRequest('The verifier of a callback must be a string');
  switch (action) {
    case 'check':
      return { id, verifier, action };
    case 'next':
      return { id, verifier, action, payload };
    case 'complete':
      return { id, verifier, action, errors };
    default:
      throw badRequest('The action of a callback must be check, next or complete');
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badRequest(message: string): AppError {
  return new AppError('BAD_REQUEST', message);
}
