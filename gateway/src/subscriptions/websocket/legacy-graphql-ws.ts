import type { GraphQLFormattedError } from 'graphql';
import type { ClientProtocol } from './client-protocol.ts';
import { EventFrame, textFrame } from './event-frame.ts';

/**
 * The protocol of subscriptions-transport-ws (its PROTOCOL.md), which calls itself `graphql-ws` and
 * came before that of the library of this name. Its clients send operations right after
 * `connection_init`.
 */
export const legacyGraphqlWs: ClientProtocol = {
  subprotocol: 'graphql-ws',
  messageTypes: new Map([
    ['connection_init', 'init'],
    ['start', 'start'],
    ['stop', 'stop'],
    ['connection_terminate', 'terminate'],
  ]),
  frameOf: (payload) => new EventFrame(payload, 'data'),
  failed: (id, errors) => `{"id":${id},"type":"error","payload":${oneError(errors)}}`,
  connectionFailed: (errors) => `{"type":"connection_error","payload":${oneError(errors)}}`,
  keepAlive: textFrame('{"type":"ka"}'),
  hasEarlyStart: true,
  isIdReusable: true,
  isStopConfirmed: true,
};

/** Clients read one error; the library's own finds the others beside it. */
function oneError(errors: readonly GraphQLFormattedError[]): string {
  return JSON.stringify({ ...errors[0], ...(errors.length > 1 ? { errors } : {}) });
}
