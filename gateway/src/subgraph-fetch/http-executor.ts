import { AppError } from '@plaza/schema/errors';
import type { Config } from '../config.ts';
import { SharedFlights } from '../shared-flights.ts';
import type { SignRequest } from '../signatures/sign-request.ts';
import { createSigner } from '../signatures/sign-request.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import { subgraphHeaders } from './forward-headers.ts';
import type { HttpAnswer } from './http-call.ts';
import { readGraphQLResponse } from './read-graphql-response.ts';
import { SubgraphCalls } from './subgraph-calls.ts';
import type { SubgraphFetch, SubgraphRequest, SubgraphResponse } from './subgraph-request.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';
import { settingsOf } from './subgraph-settings.ts';
import { TrafficCounts } from './traffic-counts.ts';

/** Connections to the subgraphs, and the way to send operations over them. */
export interface HttpExecutor extends AsyncDisposable {
  /** Sends operations to the addresses of one snapshot. */
  fetchFor(supergraph: SupergraphSnapshot): SubgraphFetch;
  /** Closes the connections that no address of this snapshot needs, once they are idle. */
  retainOnly(supergraph: SupergraphSnapshot): void;
  /** What became of the calls, by subgraph. */
  readonly traffic: ReadonlyMap<string, TrafficCounts>;
}

interface Route {
  readonly subgraph: string;
  readonly origin: string;
  readonly path: string;
  readonly settings: SubgraphSettings;
}

type ExecutorConfig = Pick<
  Config,
  'subgraphs' | 'subgraphDefaults' | 'headers' | 'signatures' | 'deduplicateSubgraphCalls'
>;

/** Creates the executor that speaks GraphQL over HTTP with keep-alive connection pools. */
export function createHttpExecutor(config: ExecutorConfig): HttpExecutor {
  const open = new Map<string, SubgraphCalls>();
  const traffic = new Map<string, TrafficCounts>();
  const fetches = new WeakMap<SupergraphSnapshot, SubgraphFetch>();
  const sign = createSigner(config.signatures);
  const flights = config.deduplicateSubgraphCalls ? new SharedFlights<HttpAnswer>() : undefined;

  const callsTo = (route: Route): SubgraphCalls => {
    const key = connectionKey(route);
    const known = open.get(key);
    if (known !== undefined) return known;
    const { subgraph, settings } = route;
    const counts = traffic.get(subgraph) ?? new TrafficCounts();
    traffic.set(subgraph, counts);
    const calls = new SubgraphCalls(subgraph, route, settings, counts);
    open.set(key, calls);
    return calls;
  };

  const createFetch = (supergraph: SupergraphSnapshot): SubgraphFetch => {
    const routes = routesOf(supergraph, config);
    return async (request) => {
      const route = routes.get(request.subgraph);
      if (route === undefined) {
        const message = `Subgraph ${request.subgraph} has no http URL: set subgraphs.<name>.url`;
        throw new AppError('DOWNSTREAM_SERVICE_ERROR', message);
      }
      return send(request, route, { callsTo, flights, sign, forward: config.headers.forward });
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
      for (const [key, calls] of open) {
        if (needed.has(key)) continue;
        open.delete(key);
        calls.drain();
      }
    },
    traffic,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...open.values()].map((calls) => calls.destroy()));
      open.clear();
    },
  };
}

/** What sending takes beside the request and its route. */
interface Sending {
  readonly callsTo: (route: Route) => SubgraphCalls;
  /** Calls under way; undefined where each request makes its own. */
  readonly flights: SharedFlights<HttpAnswer> | undefined;
  readonly sign: SignRequest | undefined;
  readonly forward: readonly string[];
}

async function send(
  request: SubgraphRequest,
  route: Route,
  { callsTo, flights, sign, forward }: Sending,
): Promise<SubgraphResponse> {
  const { context, body, operationKind, headers } = request;
  const isQuery = operationKind === 'query';
  const call = (signal: AbortSignal): Promise<HttpAnswer> =>
    callsTo(route).call({
      headers: { ...subgraphHeaders(context, forward), ...headers },
      sign,
      body,
      signal,
      isQuery,
    });
  const answer =
    flights === undefined || !isQuery || context.isExclusive === true
      ? await call(context.signal)
      : await flights.join(callKey(route, request, forward), context.signal, call);
  const response = readGraphQLResponse(route.subgraph, answer);
  // Also when there are none: a body may have a field of that name.
  return Object.assign(response, { cacheHeaders: answer.cacheHeaders });
}

const noHeaders: Readonly<Record<string, string>> = {};

/** Calls with this key in common get the same answer: same place, same forwarded headers, same body. */
function callKey(
  route: Route,
  { context: { headers, cachePosition = '' }, headers: own = noHeaders, body }: SubgraphRequest,
  forward: readonly string[],
): string {
  const forwarded = JSON.stringify(forward.map((name) => headers[name]));
  const identity = own === noHeaders ? forwarded : `${forwarded} ${JSON.stringify(own)}`;
  return `${connectionKey(route)} ${cachePosition} ${identity}${body}`;
}

function connectionKey({ subgraph, origin, path }: Route): string {
  return `${subgraph} ${origin}${path}`;
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
