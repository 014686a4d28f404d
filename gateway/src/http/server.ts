import { AppError } from '@plaza/schema/errors';
import { headers as headerNames } from '@plaza/schema/headers';
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import type { Registry } from 'prom-client';
import type { WorkerLink } from '../cluster/worker-link.ts';
import type { Config } from '../config.ts';
import type { Gateway } from '../gateway.ts';
import { EventStreams } from '../subscriptions/streams/event-streams.ts';
import { serveWebSocket } from '../subscriptions/websocket/serve-websocket.ts';
import { registerConnectionMetrics } from '../telemetry/load-metrics.ts';
import { answerErrors } from './answer-errors.ts';
import { answerBrokenRequest } from './broken-request.ts';
import type { CacheRouteParts } from './cache-route.ts';
import { serveCacheInvalidation } from './cache-route.ts';
import type { CallbackTaker } from './callback-route.ts';
import { serveCallbacks } from './callback-route.ts';
import { compressAnswers } from './compress-answers.ts';
import { allowOrigins } from './cors.ts';
import { serveExplorer } from './explorer-route.ts';
import { serveGraphQL } from './graphql-route.ts';
import { serveHealth } from './health-route.ts';
import { serveMetrics } from './metrics-route.ts';
import { parseJsonBodies } from './parse-json-body.ts';
import { requestIdOf } from './request-id.ts';

/** How often sockets are checked against their timeouts, and so how late one may fire. */
const timeoutCheckMs = 1_000;

/** What is served for operators and subgraphs, if at all. */
export interface ServerExtras {
  readonly callbacks?: CallbackTaker | undefined;
  /** To the other workers of a cluster, for which any of them answers. */
  readonly link?: WorkerLink | undefined;
  readonly cache?: CacheRouteParts;
  readonly metrics?: Registry | undefined;
}

/**
 * Creates the HTTP server of a gateway: `/graphql`, `/live`, `/ready` and `/explorer/`, and what the
 * extras name. It listens when told to; disposing of it ends it.
 */
export function createHttpServer(
  gateway: Gateway,
  config: Config,
  extras: ServerExtras = {},
): FastifyInstance {
  const { headersTimeoutMs, receiveTimeoutMs, keepAliveTimeoutMs, connectionsMax } = config.http;
  const server = fastify({
    logger: false,
    genReqId: requestIdOf,
    requestIdHeader: false,
    bodyLimit: config.limits.bodyBytesMax,
    requestTimeout: receiveTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: {
      headersTimeout: Math.min(headersTimeoutMs, receiveTimeoutMs),
      connectionsCheckingInterval: timeoutCheckMs,
    },
    // While it drains, requests on open sockets are still answered, with `connection: close`.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    clientErrorHandler: answerBrokenRequest,
  });
  server.server.maxConnections = connectionsMax;
  // With callbacks: hooks that wait for nothing need no promise for each request.
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers({
      [headerNames.requestId]: request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      vary: 'Accept',
      ...config.http.headers,
    });
    done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    // Else the socket of an operation that was under way would stay open, and the drain with it.
    if (gateway.isDraining()) reply.header('connection', 'close');
    done();
  });
  compressAnswers(server, config.compression);
  allowOrigins(server, config.cors);
  parseJsonBodies(server, config.limits.bodyBytesMax);
  answerErrors(server, gateway.logger);
  serveHealth(server, gateway, extras.link);
  const streams = new EventStreams(server.server, gateway, config);
  serveGraphQL(server, { gateway, streams, varying: varyingHeaders(config) }, config);
  if (extras.cache !== undefined) serveCacheInvalidation(server, extras.cache);
  if (config.metrics.enabled) serveMetrics(server, extras.metrics, extras.link);
  serveExplorer(server, config);
  if (extras.callbacks !== undefined) {
    serveCallbacks(server, extras.callbacks, config.subscriptions.callback);
  }
  const sockets = serveWebSocket(server.server, gateway, config);
  if (extras.metrics !== undefined) {
    registerConnectionMetrics(extras.metrics, {
      server: server.server,
      sockets: sockets.count,
      streams: () => streams.count,
      live: gateway.liveCounts,
    });
  }
  server.addHook('preClose', (done) => {
    // They end when the connections do, as the server does: all drain at the same time.
    void sockets.drain();
    void streams.drain();
    done();
  });
  return server;
}

/** Client headers that an answer may depend on. */
function varyingHeaders({ headers, authentication }: Config): readonly string[] {
  const { verifyUrl, header } = authentication.apiKeys;
  return [...new Set([...headers.forward, ...(verifyUrl === undefined ? [] : [header])])];
}

/** Listens where the configuration says. Throws AppError BAD_USER_INPUT when the port is taken. */
export async function listen(
  server: FastifyInstance,
  { host, port, http }: Pick<Config, 'host' | 'port' | 'http'>,
): Promise<string> {
  try {
    // Those whom a full queue drops try again after seconds, then after twice as long.
    return await server.listen({ host, port, backlog: http.waitingConnectionsMax });
  } catch (error) {
    throw new AppError('BAD_USER_INPUT', listenProblem(error, { host, port }), { cause: error });
  }
}

function listenProblem(error: unknown, { host, port }: { host: string; port: number }): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use: stop the program that listens there, or choose another --port`;
    case 'EACCES':
      return `Port ${port} needs privileges: choose a --port above 1023`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `Host ${host} is not an address of this machine: choose another --host`;
    default:
      return `The gateway cannot listen on ${host}:${port} (${String(code ?? error)})`;
  }
}
