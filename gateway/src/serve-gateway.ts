import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { openStores } from './cache/open-stores.ts';
import type { Config } from './config.ts';
import { openContracts } from './contracts/open-contracts.ts';
import { DocumentCache } from './document-cache.ts';
import { openEntityCache } from './entity-cache/open-entity-cache.ts';
import { EventBuses } from './event-sources/event-buses.ts';
import { createEventSources } from './event-sources/event-source.ts';
import type { Gateway } from './gateway.ts';
import { createGateway } from './gateway.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { loadHooks } from './hooks/load-hooks.ts';
import { createHttpServer, listen } from './http/server.ts';
import { LoadGuard } from './overload/load-guard.ts';
import { openPersistedOperations } from './persisted-operations/open-persisted-operations.ts';
import { openShadow } from './shadow/open-shadow.ts';
import type { ShadowTraffic } from './shadow/shadow-traffic.ts';
import { createHttpExecutor } from './subgraph-fetch/http-executor.ts';
import { createSubgraphSources } from './subscriptions/subgraph-sources/subgraph-sources.ts';
import type { SupergraphSnapshot } from './supergraph/snapshot.ts';
import type { Logger } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { OperationMetrics } from './telemetry/operation-metrics.ts';
import { exportsMetrics, openTelemetry } from './tracing/open-telemetry.ts';
import type { WatchParts } from './watch-supergraph.ts';
import { watchSupergraph } from './watch-supergraph.ts';

/** A gateway that serves. */
export interface ServedGateway {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Looks for a changed supergraph now; rejects when it cannot be served and keeps the last one. */
  reload(): Promise<void>;
  /** Stops accepting, lets operations under way end within `drainTimeoutMs`, frees everything. */
  stop(): Promise<void>;
}

/**
 * Loads the supergraph and serves it over HTTP. Rejects with AppError SUPERGRAPH_UNAVAILABLE when
 * there is none to serve, BAD_USER_INPUT when the port is taken.
 */
export async function serveGateway(config: Config, logger: Logger): Promise<ServedGateway> {
  await using resources = new AsyncDisposableStack();
  const { nearCache: cache, ...stores } = resources.use(openStores(config, logger));
  const hooks = await loadHooks(config.hooks.modules);
  const { sharedTtlMs } = config.planCache;
  const plans = cache === undefined ? undefined : { cache, ttlMs: sharedTtlMs };
  const documents = new DocumentCache(config.documentCache);
  const executor = resources.use(createHttpExecutor(config, { logger }));
  const buses = resources.use(new EventBuses(config, logger));
  const sources = resources.use(createSubgraphSources(config, executor));
  const { operations } = resources.use(await openPersistedOperations(config, logger, stores.cache));
  const { contracts } = resources.use(await openContracts(config, logger, stores.cache));
  const watched = { contracts, documents, plans, logger };
  const supergraph = resources.use(watchSupergraph(config, watched));
  supergraph.onSwap(executor.retainOnly);
  await supergraph.start();
  const log = stores.openLog({ tagsMax: config.cache.invalidatedTagsMax });
  const foundation = { config, log, far: stores.cache, buses, logger };
  const caching = resources.use(openEntityCache(foundation));
  const follow = (snapshot: SupergraphSnapshot): void => caching.follow(snapshot);
  supergraph.onSwap(follow);
  follow(supergraph.current());
  const load = resources.use(new LoadGuard(config.overload, logger).start());
  const isMeasured = config.metrics.enabled || exportsMetrics(config);
  const metrics = isMeasured
    ? createMetrics({ cached: caching, load, traffic: executor.traffic })
    : undefined;
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
    tracing,
    operationMetrics: metrics && new OperationMetrics(metrics, config.metrics),
    documents,
    persistedOperations: operations,
    contracts,
    rateLimits: stores.rateLimits,
  };
  const shadow = resources.use(await openWatchedShadow(parts, watched));
  if (metrics !== undefined) shadow.traffic?.counts.register(metrics);
  const gateway = shadow.traffic?.watch(createGateway(parts)) ?? createGateway(parts);
  const server = createHttpServer(gateway, config, {
    callbacks: sources.callbacks,
    cache: {
      invalidator: caching.invalidator,
      snapshot: () => supergraph.current(),
      secret: config.cache.secret,
    },
    metrics,
  });
  await listen(server, config);
  const open = resources.move();
  return {
    url: urlOf(server, config.host),
    reload: () => supergraph.reload(),
    stop: async () => {
      await drain(server, gateway, config.drainTimeoutMs);
      await open.disposeAsync();
    },
  };
}

/** Queries of the gateway on a candidate, if the configuration names one. */
async function openWatchedShadow(
  parts: GatewayParts,
  watched: WatchParts,
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
  const open = resources.move();
  return { traffic, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

function urlOf({ server }: FastifyInstance, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function drain(
  server: FastifyInstance,
  gateway: Gateway,
  drainTimeoutMs: number,
): Promise<void> {
  gateway.startDraining();
  const timer = setTimeout(() => server.server.closeAllConnections(), drainTimeoutMs);
  try {
    await server.close();
  } finally {
    clearTimeout(timer);
  }
}
