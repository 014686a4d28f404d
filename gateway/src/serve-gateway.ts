import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Stores } from './cache/open-stores.ts';
import { openStores } from './cache/open-stores.ts';
import { answersOf, callbackTaker } from './cluster/worker-answers.ts';
import type { WorkerLink } from './cluster/worker-link.ts';
import type { Config } from './config.ts';
import { openContracts } from './contracts/open-contracts.ts';
import { DocumentCache } from './document-cache.ts';
import { openEntityCache } from './entity-cache/open-entity-cache.ts';
import { EventBuses } from './event-sources/event-buses.ts';
import { createEventSources } from './event-sources/event-source.ts';
import { createGateway } from './gateway.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { loadHooks } from './hooks/load-hooks.ts';
import { drainServer } from './http/drain-server.ts';
import { createHttpServer, listen } from './http/server.ts';
import { LoadGuard } from './overload/load-guard.ts';
import { openPersistedOperations } from './persisted-operations/open-persisted-operations.ts';
import { openPolicies } from './policies/open-policies.ts';
import { openShadow } from './shadow/open-shadow.ts';
import type { ShadowTraffic } from './shadow/shadow-traffic.ts';
import { createHttpExecutor } from './subgraph-fetch/http-executor.ts';
import { createSubgraphSources } from './subscriptions/subgraph-sources/subgraph-sources.ts';
import type { Logger } from './telemetry/logger.ts';
import { openMetrics } from './telemetry/metrics.ts';
import { OperationMetrics } from './telemetry/operation-metrics.ts';
import { openTelemetry } from './tracing/open-telemetry.ts';
import type { WatchParts } from './watch-supergraph.ts';
import { watchSupergraph } from './watch-supergraph.ts';

/** A gateway that serves. */
export interface ServedGateway {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Looks for a changed supergraph now; rejects when it cannot be served and keeps the last one. */
  reload(): Promise<void>;
  /**
   * Lets operations under way end within `drainTimeoutMs`, then frees everything. New connections are
   * taken for `drainDelayMs`; not where another worker has taken over (`handover`).
   */
  stop(how?: { readonly handover?: boolean }): Promise<void>;
}

/**
 * Loads the supergraph and serves it over HTTP. Rejects with AppError SUPERGRAPH_UNAVAILABLE when
 * there is none to serve, BAD_USER_INPUT when the port is taken. `link`: of a worker of a cluster.
 */
export async function serveGateway(
  config: Config,
  logger: Logger,
  link?: WorkerLink,
): Promise<ServedGateway> {
  await using resources = new AsyncDisposableStack();
  const { nearCache: cache, ...stores } = resources.use(openStores(config, logger));
  const hooks = await loadHooks(config.hooks.modules);
  const plans = cache && { cache, ttlMs: config.planCache.sharedTtlMs };
  const documents = new DocumentCache(config.documentCache);
  const executor = resources.use(createHttpExecutor(config, { logger }));
  const buses = resources.use(new EventBuses(config, logger));
  const sources = resources.use(
    createSubgraphSources(config, { executor, callbackPrefix: link?.callbackPrefix }),
  );
  const { operations: shared } = stores;
  const { operations } = resources.use(await openPersistedOperations(config, logger, shared));
  const { contracts } = resources.use(await openContracts(config, logger, shared));
  const watched = { contracts, documents, plans, logger };
  const supergraph = resources.use(watchSupergraph(config, watched));
  supergraph.onSwap(executor.retainOnly);
  await supergraph.start();
  const { ownLog, log } = openLog(stores, config, link);
  const caching = resources.use(openEntityCache({ config, log, far: stores.cache, buses, logger }));
  supergraph.onSwap((snapshot) => caching.follow(snapshot));
  caching.follow(supergraph.current());
  const load = resources.use(new LoadGuard(config.overload, logger).start());
  const metrics = openMetrics(config, { cached: caching, load, traffic: executor.traffic });
  const { tracing } = resources.use(await openTelemetry(config, metrics, logger));
  const parts: GatewayParts = {
    config,
    supergraph,
    fetchFor: executor.fetchFor,
    sourceFor: caching.evicting(createEventSources(buses, sources.sourceFor)),
    entityCache: config.cache.enabled ? caching.cache : undefined,
    logger,
    load,
    hooks,
    policies: await openPolicies(config.authorization, logger),
    tracing,
    operationMetrics: metrics && new OperationMetrics(metrics, config.metrics),
    documents,
    persistedOperations: operations,
    contracts,
    ...countersOf(stores, link),
  };
  const shadow = resources.use(await openWatchedShadow(parts, watched, metrics));
  const gateway = shadow.traffic?.watch(createGateway(parts)) ?? createGateway(parts);
  const { invalidator } = caching;
  const server = createHttpServer(gateway, config, {
    callbacks: sources.callbacks && callbackTaker(sources.callbacks, link),
    link,
    cache: { invalidator, snapshot: () => supergraph.current(), secret: config.cache.secret },
    metrics,
  });
  link?.open(answersOf({ gateway, metrics, ownLog, callbacks: sources.callbacks }));
  await listen(server, config);
  const open = resources.move();
  return {
    url: urlOf(server, config.host),
    reload: () => supergraph.reload(),
    stop: async ({ handover = false } = {}) => {
      await drainServer(server, gateway, { ...config, handover });
      await open.disposeAsync();
    },
  };
}

/** `ownLog` is what others of the cluster tell this worker by, where there is no Redis. */
function openLog(stores: Pick<Stores, 'cache' | 'openLog'>, config: Config, link?: WorkerLink) {
  const ownLog = stores.openLog({ tagsMax: config.cache.invalidatedTagsMax });
  const isShared = stores.cache !== undefined || link === undefined;
  return { ownLog, log: isShared ? ownLog : link.shareLog(ownLog) };
}

/** Who counts what clients use: Redis, the primary of a cluster, or the gateway itself. */
function countersOf({ rateLimits }: Pick<Stores, 'rateLimits'>, link: WorkerLink | undefined) {
  return { rateLimits: rateLimits ?? link?.rateLimits, localRateLimits: link?.rateLimits };
}

/** Queries of the gateway on a candidate, if the configuration names one. */
async function openWatchedShadow(
  parts: GatewayParts,
  watched: WatchParts,
  metrics: Registry | undefined,
): Promise<AsyncDisposable & { readonly traffic: ShadowTraffic | undefined }> {
  await using resources = new AsyncDisposableStack();
  const { config } = parts;
  const traffic = await openShadow(parts, async (supergraph) => {
    const candidate = { ...config, supergraph, lastGoodSupergraph: undefined };
    const documents = new DocumentCache(config.documentCache);
    const watch = resources.use(watchSupergraph(candidate, { ...watched, documents }));
    await watch.start();
    return watch;
  });
  if (traffic !== undefined) resources.use(traffic);
  if (metrics !== undefined) traffic?.counts.register(metrics);
  const open = resources.move();
  return { traffic, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

function urlOf({ server }: FastifyInstance, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
