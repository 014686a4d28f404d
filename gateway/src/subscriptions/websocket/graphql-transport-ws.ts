import type { ClientProtocol } from './client-protocol.ts';
import { EventFrame } from './event-frame.ts';

/** The protocol of graphql-ws (its PROTOCOL.md). */
export const graphqlTransportWs: ClientProtocol = {
  subprotocol: 'graphql-transport-ws',
  messageTypes: new Map([
    ['connection_init', 'init'],
    ['ping', 'ping'],
    ['pong', 'pong'],
    ['subscribe', 'start'],
    ['complete', 'stop'],
  ]),
  frameOf: (payload) => new EventFrame(payload, 'next'),
  failed: (id, errors) => `{"id":${id},"type":"error","payload":${JSON.stringify(errors)}}`,
  connectionFailed: undefined,
  keepAlive: undefined,
  hasEarlyStart: false,
  isIdReusable: false,
  isStopConfirmed: false,
};
