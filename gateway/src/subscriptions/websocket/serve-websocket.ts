import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Config } from '../../config.ts';
import type { Gateway } from '../../gateway.ts';
import { keptHeaderNames, readUpgradeHeaders } from './client-headers.ts';
import { ClientSocket } from './client-socket.ts';
import { closes } from './close-codes.ts';

const subprotocol = 'graphql-transport-ws';
/** Time between looks at all sockets, and so how late a timeout may be noticed. */
const checkIntervalMs = 250;

/** The client sockets of one server. */
export interface WebSocketEdge {
  /** Closes all sockets with the advice to come back. */
  drain(): Promise<void>;
}

/** Serves graphql-transport-ws at `/graphql` of an HTTP server. */
export function serveWebSocket(server: Server, gateway: Gateway, config: Config): WebSocketEdge {
  const limits = config.subscriptions;
  const context = { gateway, limits, keptHeaders: keptHeaderNames(config.headers.forward) };
  const sockets = new Set<ClientSocket>();
  const upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // A compressor for each socket costs more memory than all the rest of it.
    perMessageDeflate: false,
    maxPayload: limits.messageBytesMax,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });
  const refusalOf = (request: IncomingMessage): number | undefined => {
    if (new URL(request.url ?? '', 'http://gateway').pathname !== '/graphql') return 404;
    if (!isOriginAllowed(request, config.cors.origins)) return 403;
    if (gateway.isDraining() || sockets.size >= limits.socketsMax) return 503;
    return undefined;
  };

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const status = refusalOf(request);
    if (status !== undefined) {
      refuse(stream, status);
      return;
    }
    const headers = readUpgradeHeaders(request.headers, context.keptHeaders);
    upgrader.handleUpgrade(request, stream, head, (ws) => {
      const socket = new ClientSocket({ ws, stream }, headers, context);
      sockets.add(socket);
      ws.on('close', () => sockets.delete(socket));
      if (ws.protocol !== subprotocol) socket.close(closes.badSubprotocol);
    });
  });

  const timer = setInterval(() => {
    for (const socket of sockets) socket.check();
  }, checkIntervalMs).unref();
  server.on('close', () => clearInterval(timer));

  return {
    drain: () => {
      for (const socket of sockets) socket.terminate();
      return Promise.resolve();
    },
  };
}

/** Pages of other origins get no socket unless the configuration lets them call the graph at all. */
function isOriginAllowed({ headers }: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes(origin)) return true;
  return URL.parse(origin)?.host === host;
}

function refuse(stream: Duplex, status: number): void {
  stream.on('error', () => stream.destroy());
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  );
}
