import type { ClientOptions } from 'ws';
import { WebSocket } from 'ws';

export interface RawMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** A WebSocket that says what a test tells it to, well-formed or not. */
export interface RawSocket extends AsyncDisposable {
  readonly ws: WebSocket;
  readonly messages: readonly RawMessage[];
  /** Text as it is, anything else as JSON. */
  send(message: unknown): void;
  /** The first message, past or future, of this type (and id). */
  receive(type: string, id?: string): Promise<RawMessage>;
  readonly closed: Promise<Closing>;
}

export interface RawSocketOptions extends ClientOptions {
  /** Default: graphql-transport-ws. */
  readonly subprotocols?: readonly string[];
  /** Whether to send `connection_init` and wait for the answer. Default: true. */
  readonly isInitialised?: boolean;
  readonly initPayload?: unknown;
}

/** Opens a socket to a gateway's `/graphql`. Rejects when the upgrade is refused. */
export async function openRawSocket(
  url: string,
  { subprotocols, isInitialised = true, initPayload, ...options }: RawSocketOptions = {},
): Promise<RawSocket> {
  const target = `${url.replace(/^http/, 'ws')}/graphql`;
  const ws = new WebSocket(target, [...(subprotocols ?? ['graphql-transport-ws'])], options);
  const messages: RawMessage[] = [];
  let arrived = Promise.withResolvers<void>();
  ws.on('message', (data: Buffer) => {
    messages.push(JSON.parse(data.toString()) as RawMessage);
    arrived.resolve();
    arrived = Promise.withResolvers();
  });
  const closed = new Promise<Closing>((resolve) => {
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  const socket: RawSocket = {
    ws,
    messages,
    closed,
    send: (message) => ws.send(typeof message === 'string' ? message : JSON.stringify(message)),
    receive: async (type, id) => {
      for (;;) {
        const found = messages.find((message) => message.type === type && message.id === id);
        if (found !== undefined) return found;
        if (ws.readyState === WebSocket.CLOSED) throw new Error(`The socket closed before ${type}`);
        await Promise.race([arrived.promise, closed]);
      }
    },
    [Symbol.asyncDispose]: async () => {
      ws.terminate();
      await closed;
    },
  };
  if (isInitialised) {
    socket.send({ type: 'connection_init', payload: initPayload });
    await socket.receive('connection_ack');
  }
  return socket;
}
