import { AppError } from '@plaza/schema/errors';
import type { Config } from '../config.ts';
import { SharedFlights } from '../shared-flights.ts';
import type { SignRequest } from '../signatures/sign-request.ts';
import { createSigner } from '../signatures/sign-request.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { Logger } from '../telemetry/logger.ts';
import { subgraphHeaders } from './forward-headers.ts';
import type { AnswerRules, ShapeHeaders } from './header-rules.ts';
import { answerRules, callRules } from './header-rules.ts';
import type { HttpAnswer } from './http-call.ts';
import { visibleNames } from './identity-headers.ts';
import { openReplicas } from './open-replicas.ts';
import { readGraphQLResponse } from './read-graphql-response.ts';
import type { ReplicaAddress } from './replica.ts';
import { replicaKey } from './replica.ts';
import type { Replicas } from './replicas.ts';
import type { LookUpHost } from './resolve-addresses.ts';
import { SubgraphCalls } from './subgraph-calls.ts';
import type {
  CacheHeaders,
  RequestContext,
  SubgraphFetch,
  SubgraphRequest,
  SubgraphResponse,
} from './subgraph-request.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';
import { settingsOf, urlsOf } from './subgraph-settings.ts';
import { readTlsMaterial } from './tls-files.ts';
import { TrafficCounts } from './traffic-counts.ts';

/** The replicas that a subgraph's subscriptions may go to. */
export interface LiveReplicas {
  /** Names them: the same as long as the configuration and the supergraph say so. */
  readonly key: string;
  readonly replicas: Replicas;
  /** What becomes of the headers that are sent; undefined: nothing. */
  readonly shape: ShapeHeaders | undefined;
}

/** Connections to the subgraphs, and the way to send operations over them. */
export interface HttpExecutor extends AsyncDisposable {
  /** Sends operations to the addresses of one snapshot. */
  fetchFor(supergraph: SupergraphSnapshot): SubgraphFetch;
  /** Closes the connections that no address of this snapshot needs, once they are idle. */
  retainOnly(supergraph: SupergraphSnapshot): void;
  /** Where a subgraph's subscriptions can go; undefined for one without an http URL. */
  replicasOf(subgraph: string, supergraph: SupergraphSnapshot): LiveReplicas | undefined;
  /** What became of the calls, by subgraph. */
  readonly traffic: ReadonlyMap<string, TrafficCounts>;
}

/** The way to one subgraph. */
interface Route {
  readonly subgraph: string;
  readonly addresses: readonly ReplicaAddress[];
  /** Differs where the subgraph or one of its addresses does. */
  readonly key: string;
  readonly settings: SubgraphSettings;
  readonly shape: ShapeHeaders | undefined;
  readonly rules: AnswerRules | undefined;
}

/** What an executor may be given beside its configuration. */
export interface ExecutorParts {
  readonly logger?: Logger;
  /** Default: as the system resolves names. */
  readonly lookUp?: LookUpHost | undefined;
}

type ExecutorConfig = Pick<
  Config,
  'subgraphs' | 'subgraphDefaults' | 'headers' | 'signatures' | 'deduplicateSubgraphCalls'
>;

/**
 * Creates the executor that speaks GraphQL over HTTP with keep-alive connection pools. Throws AppError
 * BAD_USER_INPUT when the TLS files of a configured subgraph cannot be used.
 */
export function createHttpExecutor(
  config: ExecutorConfig,
  parts: ExecutorParts = {},
): HttpExecutor {
  for (const name of Object.keys(config.subgraphs)) readTlsMaterial(settingsOf(name, config).tls);
  const open = new Map<string, SubgraphCalls>();
  const traffic = new Map<string, TrafficCounts>();
  const fetches = new WeakMap<SupergraphSnapshot, SubgraphFetch>();
  const sign = createSigner(config.signatures);
  const forward = visibleNames(config.headers);
  const flights = config.deduplicateSubgraphCalls ? new SharedFlights<HttpAnswer>() : undefined;

  const routes = new WeakMap<SupergraphSnapshot, ReadonlyMap<string, Route>>();
  const routesFor = (supergraph: SupergraphSnapshot): ReadonlyMap<string, Route> => {
    const known = routes.get(supergraph) ?? routesOf(supergraph, config);
    routes.set(supergraph, known);
    return known;
  };
  const callsTo = (route: Route): SubgraphCalls => {
    const known = open.get(route.key);
    if (known !== undefined) return known;
    const { subgraph } = route;
    const counts = traffic.get(subgraph) ?? new TrafficCounts();
    traffic.set(subgraph, counts);
    const replicas = openReplicas({ ...route, ...parts, counts });
    const calls = new SubgraphCalls({ ...route, counts, open: replicas });
    open.set(route.key, calls);
    return calls;
  };

  const createFetch = (supergraph: SupergraphSnapshot): SubgraphFetch => {
    const routes = routesFor(supergraph);
    return async (request) => {
      const route = routes.get(request.subgraph);
      if (route === undefined) {
        const message = `Subgraph ${request.subgraph} has no http URL: set subgraphs.<name>.url`;
        throw new AppError('DOWNSTREAM_SERVICE_ERROR', message);
      }
      return send(request, route, { callsTo, flights, sign, forward });
    };
  };

  return {
    fetchFor: (supergraph) => {
      const fetch = fetches.get(supergraph) ?? createFetch(supergraph);
      fetches.set(supergraph, fetch);
      return fetch;
    },
    retainOnly: (supergraph) => {
      const needed = new Set([...routesFor(supergraph).values()].map(({ key }) => key));
      for (const [key, calls] of open) {
        if (needed.has(key)) continue;
        open.delete(key);
        calls.drain();
      }
    },
    replicasOf: (subgraph, supergraph) => {
      const route = routesFor(supergraph).get(subgraph);
      if (route === undefined) return undefined;
      return { key: route.key, replicas: callsTo(route).replicas, shape: route.shape };
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
  const { shape, rules } = route;
  const call = (signal: AbortSignal): Promise<HttpAnswer> => {
    const own = { ...subgraphHeaders(context, forward), ...headers };
    const shaped = shape === undefined ? own : shape(own);
    return callsTo(route).call({ headers: shaped, sign, body, rules, signal, isQuery });
  };
  const isAlone = context.isExclusive === true || rules?.hasCookies === true;
  const answer =
    flights === undefined || !isQuery || isAlone
      ? await call(context.signal)
      : await flights.join(callKey(route, request, forward), context.signal, call);
  const response = readGraphQLResponse(route.subgraph, answer);
  // Also when there are none: a body may have a field of that name.
  return Object.assign(response, { cacheHeaders: takeHeaders(answer, context, rules) });
}

/** Tells the client's headers to whoever asked; what is left is for the cache. */
function takeHeaders(
  { headers, cacheHeaders }: HttpAnswer,
  { answerHeaders }: RequestContext,
  rules: AnswerRules | undefined,
): CacheHeaders | undefined {
  if (headers === undefined || rules === undefined) return cacheHeaders;
  if (answerHeaders !== undefined) rules.tell(headers, answerHeaders);
  // A cookie is one client's alone, and so is what comes with it.
  return headers['set-cookie'] === undefined ? cacheHeaders : { cacheControl: 'no-store' };
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
  return `${route.key} ${cachePosition} ${identity}${body}`;
}

/** The ways to the subgraphs that have a usable URL; only a call to another one is an error. */
function routesOf(supergraph: SupergraphSnapshot, config: ExecutorConfig): Map<string, Route> {
  const routes = new Map<string, Route>();
  for (const { name, url } of supergraph.subgraphs.values()) {
    const settings = settingsOf(name, config);
    const addresses = urlsOf(settings, url).flatMap(toAddress);
    if (addresses.length === 0) continue;
    const key = [name, ...addresses.map(replicaKey)].join(' ');
    const { headers } = settings;
    const rules = { shape: callRules(headers), rules: answerRules(headers) };
    routes.set(name, { subgraph: name, addresses, key, settings, ...rules });
  }
  return routes;
}

function toAddress(url: string): ReplicaAddress[] {
  const target = URL.parse(url);
  if (target === null || !['http:', 'https:'].includes(target.protocol)) return [];
  const { origin, pathname, search } = target;
  return [{ origin, path: `${pathname}${search}`, ip: undefined }];
}
