import type { IncomingHttpHeaders, Server } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { useServer as serveGraphQLTransport } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

/** What came to a subgraph by WebSocket. */
export interface LiveConnections {
  /** Each socket that was opened, the closed ones too. */
  readonly sockets: readonly ReceivedSocket[];
  /** Each subscription that was asked for, the ended ones too. */
  readonly subscriptions: readonly SubscribePayload[];
  openSocketCount(): number;
  /** Subscriptions that have not ended. */
  openSubscriptionCount(): number;
  /** Closes all sockets politely. */
  close(code: number): void;
  /** Drops all sockets without a word. */
  terminate(): void;
}

export interface ReceivedSocket {
  readonly upgradeHeaders: IncomingHttpHeaders;
  readonly initPayload: Readonly<Record<string, unknown>> | undefined;
}

/** Serves graphql-transport-ws with the library that defines it, beside what the server does. */
export function serveSubscriptions(server: Server, schema: GraphQLSchema): LiveConnections {
  const sockets: ReceivedSocket[] = [];
  const subscriptions: SubscribePayload[] = [];
  let open = 0;
  const webSockets = new WebSocketServer({ server, path: '/graphql' });
  serveGraphQLTransport(
    {
      schema,
      onConnect: ({ connectionParams, extra }) => {
        const { headers } = (extra as { request: { headers: IncomingHttpHeaders } }).request;
        sockets.push({ upgradeHeaders: headers, initPayload: connectionParams });
      },
      onSubscribe: (_context, _id, payload) => {
        subscriptions.push(payload);
        open += 1;
      },
      onComplete: () => {
        open -= 1;
      },
    },
    webSockets,
  );
  return {
    sockets,
    subscriptions,
    openSocketCount: () => webSockets.clients.size,
    openSubscriptionCount: () => open,
    close: (code) => {
      for (const socket of webSockets.clients) socket.close(code);
    },
    terminate: () => {
      for (const socket of webSockets.clients) socket.terminate();
    },
  };
}
