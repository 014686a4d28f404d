import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { ClientProtocol } from './client-protocol.ts';

/** A WebSocket that has been opened, and what is spoken on it. */
export interface OpenedSocket {
  readonly ws: WebSocket;
  /** The bytes under the WebSocket, where frames that clients share are written. */
  readonly stream: Duplex;
  readonly protocol: ClientProtocol;
}
