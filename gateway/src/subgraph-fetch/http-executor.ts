import { AppError } from '@plaza/schema/errors';
import { Pool } from 'undici';
import type { Config } from '../config.ts';
import { SharedFlights } from '../shared-flights.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import { subgraphHeaders } from './forward-headers.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';
import { callOverHttp } from './http-call.ts';
import { readGraphQLResponse } from './read-graphql-response.ts';
import type {
  RequestContext,
  SubgraphFetch,
  SubgraphRequest,
  SubgraphResponse,
} from './subgraph-request.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';
import { settingsOf } from './subgraph-settings.ts';

/** Calls that may wait for one subgraph's free connection; a further one is refused. */
const waitingCallsMax = 10_000;
const keepAliveMs = 30_000;

/** Connections to the subgraphs, and the way to send operations over them. */
export interface HttpExecutor extends AsyncDisposable {
  /** Sends operations to the addresses of one snapshot. */
  fetchFor(supergraph: SupergraphSnapshot): SubgraphFetch;
  /** Closes the connections that no address of this snapshot needs, once they are idle. */
  retainOnly(supergraph: SupergraphSnapshot): void;
}

interface Route {
  readonly subgraph: string;
  readonly origin: string;
  readonly path: string;
  readonly settings: SubgraphSettings;
}

interface Connections {
  readonly pool: Pool;
  calls: number;
}

type ExecutorConfig = Pick<
  Config,
  'subgraphs' | 'subgraphDefaults' | 'headers' | 'deduplicateSubgraphCalls'
>;

/** Creates the executor that speaks GraphQL over HTTP with keep-alive connection pools. */
export function createHttpExecutor(config: ExecutorConfig): HttpExecutor {
  const open = new Map<string, Connections>();
  const fetches = new WeakMap<SupergraphSnapshot, SubgraphFetch>();
  const flights = config.deduplicateSubgraphCalls ? new SharedFlights<HttpAnswer>() : undefined;

  const connectionsFor = (route: Route): Connections => {
    const key = connectionKey(route);
    const known = open.get(key);
    if (known !== undefined) return known;
    const connections = { pool: createPool(route), calls: 0 };
    open.set(key, connections);
    return connections;
  };

  const createFetch = (supergraph: SupergraphSnapshot): SubgraphFetch => {
    const routes = routesOf(supergraph, config);
    return async (request) => {
      const route = routes.get(request.subgraph);
      if (route === undefined) {
        const message = `Subgraph ${request.subgraph} has no http URL: set subgraphs.<name>.url`;
        throw new AppError('DOWNSTREAM_SERVICE_ERROR', message);
      }
      return send(request, route, { connectionsFor, flights, forward: config.headers.forward });
    };
  };

  return {
    fetchFor: (supergraph) => {
      const fetch = fetches.get(supergraph) ?? createFetch(supergraph);
      fetches.set(supergraph, fetch);
      return fetch;
    },
    retainOnly: (supergraph) => {
      const needed = new Set([...routesOf(supergraph, config).values()].map(connectionKey));
      for (const [key, { pool }] of open) {
        if (needed.has(key)) continue;
        open.delete(key);
        // Waits for the calls under way; a failing close has nobody left to tell.
        pool.close().catch(() => undefined);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...open.values()].map(({ pool }) => pool.destroy()));
      open.clear();
    },
  };
}

/** What sending takes beside the request and its route. */
interface Sending {
  readonly connectionsFor: (route: Route) => Connections;
  /** Calls under way; undefined where each request makes its own. */
  readonly flights: SharedFlights<HttpAnswer> | undefined;
  readonly forward: readonly string[];
}

async function send(
  request: SubgraphRequest,
  route: Route,
  { connectionsFor, flights, forward }: Sending,
): Promise<SubgraphResponse> {
  const { context, body, operationKind } = request;
  const call = (signal: AbortSignal): Promise<HttpAnswer> =>
    callRoute(route, connectionsFor(route), {
      headers: subgraphHeaders(context, forward),
      body,
      signal,
    });
  const answer =
    flights === undefined || operationKind !== 'query' || context.isExclusive === true
      ? await call(context.signal)
      : await flights.join(callKey(route, context, forward, body), context.signal, call);
  const response = readGraphQLResponse(route.subgraph, answer);
  // Also when there are none: a body may have a field of that name.
  return Object.assign(response, { cacheHeaders: answer.cacheHeaders });
}

/** Calls with this key in common get the same answer: same place, same forwarded headers, same body. */
function callKey(
  route: Route,
  { headers, cachePosition = '' }: RequestContext,
  forward: readonly string[],
  body: string,
): string {
  const identity = JSON.stringify(forward.map((name) => headers[name]));
  return `${connectionKey(route)}${route.path} ${cachePosition} ${identity}${body}`;
}

async function callRoute(
  { subgraph, path, settings }: Route,
  connections: Connections,
  call: Pick<HttpCall, 'headers' | 'body' | 'signal'>,
): Promise<HttpAnswer> {
  if (connections.calls >= settings.connectionsMax + waitingCallsMax) {
    const message = `Subgraph ${subgraph} has ${waitingCallsMax} calls waiting`;
    throw new AppError('DOWNSTREAM_SERVICE_ERROR', message);
  }
  connections.calls += 1;
  try {
    const { timeoutMs, responseBytesMax } = settings;
    return await callOverHttp(connections.pool, {
      subgraph,
      path,
      ...call,
      timeoutMs,
      responseBytesMax,
    });
  } finally {
    connections.calls -= 1;
  }
}

function createPool({ origin, settings }: Route): Pool {
  return new Pool(origin, {
    connections: settings.connectionsMax,
    // A slow answer must not hold up those behind it on one socket.
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: keepAliveMs,
    connectTimeout: settings.timeoutMs,
    // The deadline of the call bounds both, and more exactly.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function connectionKey({ subgraph, origin }: Route): string {
  return `${subgraph} ${origin}`;
}

/** The ways to the subgraphs that have a usable URL; only a call to another one is an error. */
function routesOf(supergraph: SupergraphSnapshot, config: ExecutorConfig): Map<string, Route> {
  const routes = new Map<string, Route>();
  for (const { name, url } of supergraph.subgraphs.values()) {
    const settings = settingsOf(name, config);
    const target = URL.parse(settings.url ?? url);
    if (target === null || !['http:', 'https:'].includes(target.protocol)) continue;
    const { origin, pathname, search } = target;
    routes.set(name, { subgraph: name, origin, path: `${pathname}${search}`, settings });
  }
  return routes;
}
