import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { isOriginAllowed } from '../../allowed-origin.ts';
import type { Config } from '../../config.ts';
import type { Gateway } from '../../gateway.ts';
import { graphqlPath } from '../../http/paths.ts';
import { ClientCounts } from '../client-counts.ts';
import { drainClients } from '../drain-clients.ts';
import { keptHeaderNames, readUpgradeHeaders } from './client-headers.ts';
import type { SocketContext } from './client-socket.ts';
import { ClientSocket, checkIntervalMs } from './client-socket.ts';
import { closes } from './close-codes.ts';
import { graphqlTransportWs } from './graphql-transport-ws.ts';
import { legacyGraphqlWs } from './legacy-graphql-ws.ts';
import { WriteTurn } from './write-turn.ts';

/** Of several that a client offers, the first is spoken. */
const protocols = [graphqlTransportWs, legacyGraphqlWs];

/** The client sockets of one server. */
export interface WebSocketEdge {
  /** Closes all sockets with the advice to connect again; resolves when they are closed. */
  drain(): Promise<void>;
  /** Sockets that are open. */
  count(): number;
}

/** Serves the protocols of client sockets at `/graphql` of an HTTP server, and those of contracts. */
export function serveWebSocket(server: Server, gateway: Gateway, config: Config): WebSocketEdge {
  const limits = config.subscriptions;
  const addresses = new ClientCounts(limits.socketsPerClientMax);
  const viewers = new ClientCounts(limits.socketsPerClientMax);
  const keptHeaders = keptHeaderNames(config);
  const context = { gateway, limits, keptHeaders, viewers, writeTurn: new WriteTurn() };
  const contexts = new Map<string, SocketContext>();
  for (const contract of [undefined, ...Object.keys(config.contracts)]) {
    contexts.set(graphqlPath(contract), { ...context, contract });
  }
  const sockets = new Set<ClientSocket>();
  const upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // A compressor for each socket costs more memory than all the rest of it.
    perMessageDeflate: false,
    maxPayload: limits.messageBytesMax,
    handleProtocols: (offered) =>
      protocols.find(({ subprotocol }) => offered.has(subprotocol))?.subprotocol ?? false,
  });

  const refusalOf = (request: IncomingMessage): number | undefined => {
    if (!contexts.has(pathOf(request))) return 404;
    if (!mayConnect(request, config.cors)) return 403;
    const isFull = gateway.isDraining() || sockets.size >= limits.socketsMax;
    return isFull || gateway.isOverloaded() ? 503 : undefined;
  };

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const address = request.socket.remoteAddress ?? '';
    const status = refusalOf(request) ?? (addresses.enter(address) ? undefined : 429);
    if (status !== undefined) {
      refuse(stream, status);
      return;
    }
    stream.once('close', () => addresses.leave(address));
    const headers = readUpgradeHeaders(request.headers, keptHeaders);
    upgrader.handleUpgrade(request, stream, head, (ws) => {
      const spoken = protocols.find(({ subprotocol }) => subprotocol === ws.protocol);
      const opened = { ws, stream, protocol: spoken ?? graphqlTransportWs };
      const own = contexts.get(pathOf(request)) ?? { ...context, contract: undefined };
      const socket = new ClientSocket(opened, headers, own);
      sockets.add(socket);
      ws.once('close', () => sockets.delete(socket));
      if (spoken === undefined) socket.close(closes.badSubprotocol);
    });
  });

  const timer = setInterval(() => {
    for (const socket of sockets) socket.check();
  }, checkIntervalMs).unref();
  server.on('close', () => clearInterval(timer));
  return {
    drain: () => drainClients(sockets, config.drainTimeoutMs),
    count: () => sockets.size,
  };
}

function pathOf({ url = '' }: IncomingMessage): string {
  return URL.parse(url, 'http://gateway')?.pathname ?? '';
}

/** Pages of other origins get no socket unless the configuration lets them call the graph at all. */
function mayConnect({ headers }: IncomingMessage, cors: Config['cors']): boolean {
  const { origin, host } = headers;
  if (origin === undefined || isOriginAllowed(origin, cors)) return true;
  return URL.parse(origin)?.host === host;
}

function refuse(stream: Duplex, status: number): void {
  stream.on('error', () => stream.destroy());
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  );
}
