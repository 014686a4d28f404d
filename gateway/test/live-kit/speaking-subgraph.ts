import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { eventually } from '../kit/eventually.ts';

interface HeardMessage {
  readonly type: string;
  readonly id?: string;
}

/** A subgraph's WebSocket that says what a test tells it to, well-formed or not. */
export interface SpeakingSubgraph extends AsyncDisposable {
  readonly url: string;
  connections(): number;
  /** The id of the next subscription that it has not told of yet. */
  subscribed(): Promise<string>;
  /** The first message of this type. */
  heard(type: string): Promise<HeardMessage>;
  say(message: unknown): void;
  sayText(text: string): void;
  /** From now on the open sockets hear nothing, not even pings. */
  deafen(): void;
}

/** Acknowledges every connection, or closes it with a code. */
export async function startSpeakingSubgraph({
  closeCode,
}: {
  closeCode?: number;
} = {}): Promise<SpeakingSubgraph> {
  const heard: HeardMessage[] = [];
  const told = new Set<HeardMessage>();
  const server = createServer();
  const webSockets = new WebSocketServer({ server });
  let socket: WebSocket | undefined;
  let connections = 0;
  webSockets.on('connection', (opened) => {
    socket = opened;
    connections += 1;
    opened.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as HeardMessage;
      heard.push(message);
      if (message.type !== 'connection_init') return;
      if (closeCode === undefined) opened.send('{"type":"connection_ack"}');
      else opened.close(closeCode);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const find = async (matches: (message: HeardMessage) => boolean): Promise<HeardMessage> => {
    await eventually(() => heard.some(matches));
    return heard.find(matches) as HeardMessage;
  };
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    connections: () => connections,
    subscribed: async () => {
      const message = await find((one) => one.type === 'subscribe' && !told.has(one));
      told.add(message);
      return message.id ?? '';
    },
    heard: (type) => find((message) => message.type === type),
    say: (message) => socket?.send(JSON.stringify(message)),
    sayText: (text) => socket?.send(text),
    deafen: () => socket?.pause(),
    [Symbol.asyncDispose]: async () => {
      for (const client of webSockets.clients) client.terminate();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
