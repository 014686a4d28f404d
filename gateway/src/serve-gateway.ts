import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { openStores } from './cache/open-stores.ts';
import { composedOrigin } from './composition/composed-origin.ts';
import type { Config } from './config.ts';
import type { Contracts } from './contracts/open-contracts.ts';
import { contractFilters, openContracts } from './contracts/open-contracts.ts';
import { DocumentCache } from './document-cache.ts';
import { openEntityCache } from './entity-cache/open-entity-cache.ts';
import { EventBuses } from './event-sources/event-buses.ts';
import { createEventSources } from './event-sources/event-source.ts';
import type { Gateway } from './gateway.ts';
import { createGateway } from './gateway.ts';
import { loadHooks } from './hooks/load-hooks.ts';
import { createHttpServer, listen } from './http/server.ts';
import { LoadGuard } from './overload/load-guard.ts';
import { openPersistedOperations } from './persisted-operations/open-persisted-operations.ts';
import { buildSnapshotInThread } from './planning/build-snapshot-in-thread.ts';
import type { PlanSharing } from './planning/share-plans.ts';
import { sharePlans } from './planning/share-plans.ts';
import { warmOperations } from './planning/warm-operations.ts';
import { createSigner } from './signatures/sign-request.ts';
import { createHttpExecutor } from './subgraph-fetch/http-executor.ts';
import { settingsOf } from './subgraph-fetch/subgraph-settings.ts';
import { createSubgraphSources } from './subscriptions/subgraph-sources/subgraph-sources.ts';
import { fileOrigin } from './supergraph/file-origin.ts';
import { lastGoodFile } from './supergraph/last-good-file.ts';
import type { SupergraphSnapshot } from './supergraph/snapshot.ts';
import type { SupergraphOrigin } from './supergraph/supergraph-origin.ts';
import { SupergraphWatch } from './supergraph/supergraph-watch.ts';
import { urlOrigin } from './supergraph/url-origin.ts';
import type { Logger } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { OperationMetrics } from './telemetry/operation-metrics.ts';
import { exportsMetrics, openTelemetry } from './tracing/open-telemetry.ts';

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
  const gateway = createGateway({
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
  });
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
  const { port } = server.server.address() as AddressInfo;
  const open = resources.move();
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    reload: () => supergraph.reload(),
    stop: async () => {
      await drain(server, gateway, config.drainTimeoutMs);
      await open.disposeAsync();
    },
  };
}

interface WatchParts {
  readonly contracts: Contracts | undefined;
  readonly documents: DocumentCache;
  /** Undefined where plans are not shared. */
  readonly plans: Omit<PlanSharing, 'supergraphHash'> | undefined;
  readonly logger: Logger;
}

function watchSupergraph(
  config: Config,
  { contracts, documents, plans, logger }: WatchParts,
): SupergraphWatch {
  const { lastGoodSupergraph } = config;
  return new SupergraphWatch({
    origin: originOf(config),
    pollIntervalMs: config.pollIntervalMs,
    build: async (sdl) => withSharedPlans(await buildSnapshot(sdl, config), plans),
    warm: async (change) => {
      const operations = await warmOperations(change, documents, config, contracts);
      logger.info({ hash: change.next.hash, operations }, 'supergraph warmed');
    },
    lastGood: lastGoodSupergraph === undefined ? undefined : lastGoodFile(lastGoodSupergraph),
    logger,
  });
}

/** Without a supergraph, the configured subgraphs make it; each has a URL then. */
function originOf(config: Config): SupergraphOrigin {
  const { supergraph, subgraphs, signatures } = config;
  if (supergraph !== undefined) {
    return /^https?:\/\//i.test(supergraph) ? urlOrigin(supergraph) : fileOrigin(supergraph);
  }
  return composedOrigin(
    Object.entries(subgraphs).flatMap(([name, { sdl }]) => {
      const { urls, tls } = settingsOf(name, config);
      const [url] = urls;
      return url === undefined ? [] : [{ name, url, sdlFile: sdl, tls }];
    }),
    createSigner(signatures),
  );
}

async function buildSnapshot(sdl: string, config: Config): Promise<SupergraphSnapshot> {
  const contracts = contractFilters(config);
  if (config.planning.workersMax > 0) {
    // Nobody waits for a plan longer than for the answer.
    const planning = { ...config.planning, waitTimeoutMs: config.requestTimeoutMs };
    return buildSnapshotInThread(sdl, planning, contracts);
  }
  // A thread that plans nothing does without Apollo's packages: a fifth of a second, 60 MB.
  const { buildSupergraphSnapshot } = await import('./supergraph/build-snapshot.ts');
  return buildSupergraphSnapshot(sdl, contracts);
}

function withSharedPlans(
  snapshot: SupergraphSnapshot,
  sharing: Omit<PlanSharing, 'supergraphHash'> | undefined,
): SupergraphSnapshot {
  if (sharing === undefined) return snapshot;
  const planner = sharePlans(snapshot.planner, { ...sharing, supergraphHash: snapshot.hash });
  return Object.freeze({ ...snapshot, planner });
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
