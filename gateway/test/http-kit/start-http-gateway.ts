import type { AddressInfo } from 'node:net';
import type { Cache } from '../../src/cache/cache.ts';
import type { InvalidationLog } from '../../src/cache/invalidation-log.ts';
import { MemoryInvalidationLog } from '../../src/cache/memory-invalidation-log.ts';
import type { Config, ConfigInput } from '../../src/config.ts';
import { createConfig } from '../../src/config.ts';
import { contractFilters } from '../../src/contracts/open-contracts.ts';
import type { OpenedEntityCache } from '../../src/entity-cache/open-entity-cache.ts';
import { openEntityCache } from '../../src/entity-cache/open-entity-cache.ts';
import { EventBuses } from '../../src/event-sources/event-buses.ts';
import { createEventSources } from '../../src/event-sources/event-source.ts';
import type { Gateway } from '../../src/gateway.ts';
import { createGateway } from '../../src/gateway.ts';
import type { GatewayHooks } from '../../src/hooks/gateway-hooks.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { LoadGuard } from '../../src/overload/load-guard.ts';
import { openPolicies } from '../../src/policies/open-policies.ts';
import type { RateLimitStore } from '../../src/rate-limits/rate-limit-store.ts';
import { createHttpExecutor } from '../../src/subgraph-fetch/http-executor.ts';
import type { LookUpHost } from '../../src/subgraph-fetch/resolve-addresses.ts';
import { createSubgraphSources } from '../../src/subscriptions/subgraph-sources/subgraph-sources.ts';
import { buildSupergraphSnapshot } from '../../src/supergraph/build-snapshot.ts';
import type { SupergraphSnapshot } from '../../src/supergraph/snapshot.ts';
import type { SupergraphSource } from '../../src/supergraph/supergraph-source.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { openMetrics } from '../../src/telemetry/metrics.ts';
import { OperationMetrics } from '../../src/telemetry/operation-metrics.ts';
import { openTelemetry } from '../../src/tracing/open-telemetry.ts';
import { composeFixture } from '../kit/compose-fixture.ts';
import type { Subgraph } from '../kit/define-subgraph.ts';
import type { SubgraphServer } from '../kit/subgraph-server.ts';
import { startSubgraphServer } from '../kit/subgraph-server.ts';
import { swappableSupergraph } from '../kit/swappable-supergraph.ts';

export type LogLine = Readonly<Record<string, unknown>>;

/** A gateway behind a real socket, before subgraphs behind real sockets. */
export interface HttpGateway extends AsyncDisposable {
  /** Such as `http://127.0.0.1:51234`. */
  readonly url: string;
  readonly port: number;
  readonly gateway: Gateway;
  readonly caching: OpenedEntityCache;
  readonly logs: readonly LogLine[];
  readonly logText: () => string;
  server(subgraph: string): SubgraphServer;
  /** Ends a subgraph's server, and starts it again where it was once `meanwhile` is over. */
  restart(subgraph: string, meanwhile: () => Promise<unknown>): Promise<void>;
  /** What it serves now. */
  snapshot(): SupergraphSnapshot;
  /** Serves another composition of subgraphs with these names from now on; one list is composed once. */
  reload(subgraphs: readonly Subgraph[]): void;
  /** Posts an operation as JSON; to `/graphql` unless another path is given. */
  post(body: unknown, headers?: Readonly<Record<string, string>>, path?: string): Promise<Response>;
}

export interface HttpGatewayOptions {
  readonly subgraphs: readonly Subgraph[];
  readonly config?: Partial<ConfigInput>;
  /** Instead of the composed subgraphs. */
  readonly supergraph?: SupergraphSource;
  /** Shared with other gateways; by default this one has its own. */
  readonly cacheLog?: InvalidationLog;
  readonly rateLimits?: RateLimitStore;
  readonly hooks?: readonly GatewayHooks[];
  readonly farCache?: Cache;
  /** Finds the addresses of subgraphs' hosts. Default: as the system does. */
  readonly lookUp?: LookUpHost;
  /** Of the gateway, where it must be known before it starts. Default: a free one. */
  readonly port?: number;
}

/** Starts everything on free ports. Dispose of it to close all sockets. */
export async function startHttpGateway(options: HttpGatewayOptions): Promise<HttpGateway> {
  await using stack = new AsyncDisposableStack();
  const servers = new Map<string, SubgraphServer>();
  for (const subgraph of options.subgraphs) {
    servers.set(subgraph.name, await startSubgraphServer(subgraph));
    stack.defer(async () => servers.get(subgraph.name)?.[Symbol.asyncDispose]());
  }
  const lines: string[] = [];
  const config = testConfig(options.config);
  const logger = createLogger(config.logging, { write: (line) => lines.push(line) });
  const executor = stack.use(createHttpExecutor(config, { logger, lookUp: options.lookUp }));
  const sources = stack.use(createSubgraphSources(config, { executor }));
  const buses = stack.use(new EventBuses(config, logger));
  const snapshots = new WeakMap<readonly Subgraph[], SupergraphSnapshot>();
  const snapshotOf = (subgraphs: readonly Subgraph[]): SupergraphSnapshot => {
    const snapshot = snapshots.get(subgraphs) ?? composedSnapshot(subgraphs, servers, config);
    snapshots.set(subgraphs, snapshot);
    return snapshot;
  };
  const supergraph = swappableSupergraph(() => snapshotOf(options.subgraphs));
  const served = options.supergraph ?? supergraph;
  const { cache: settings } = config;
  const log =
    options.cacheLog ?? new MemoryInvalidationLog({ tagsMax: settings.invalidatedTagsMax });
  const far = options.farCache;
  const caching = stack.use(openEntityCache({ config, log, far, buses, logger }));
  const follow = (snapshot: SupergraphSnapshot): void => caching.follow(snapshot);
  served.onSwap(follow);
  if (served.isLoaded()) follow(served.current());
  const load = stack.use(new LoadGuard(config.overload, logger).start());
  const metrics = openMetrics(config, { cached: caching, load, traffic: executor.traffic });
  const { tracing } = stack.use(await openTelemetry(config, metrics, logger));
  const gateway = createGateway({
    config,
    supergraph: served,
    fetchFor: executor.fetchFor,
    sourceFor: caching.evicting(createEventSources(buses, sources.sourceFor)),
    rateLimits: options.rateLimits,
    hooks: options.hooks ?? [],
    entityCache: settings.enabled ? caching.cache : undefined,
    policies: await openPolicies(config.authorization, logger),
    logger,
    load,
    tracing,
    operationMetrics: metrics && new OperationMetrics(metrics, config.metrics),
  });
  const server = createHttpServer(gateway, config, {
    callbacks: sources.callbacks,
    cache: {
      invalidator: caching.invalidator,
      snapshot: () => served.current(),
      secret: settings.secret,
    },
    metrics,
  });
  stack.defer(() => server.close());
  stack.defer(() => server.server.closeAllConnections());
  await server.listen({ host: config.host, port: options.port ?? 0 });
  const { port } = server.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const open = stack.move();
  const serverOf = (name: string): SubgraphServer => {
    const found = servers.get(name);
    if (found === undefined) throw new Error(`No subgraph is named ${name}`);
    return found;
  };
  return {
    url,
    port,
    gateway,
    caching,
    get logs() {
      return lines.map((line) => JSON.parse(line) as LogLine);
    },
    logText: () => lines.join(''),
    server: serverOf,
    restart: async (name, meanwhile) => {
      const subgraph = options.subgraphs.find((one) => one.name === name);
      const before = serverOf(name);
      await before[Symbol.asyncDispose]();
      await meanwhile();
      if (subgraph === undefined) return;
      servers.set(name, await startSubgraphServer(subgraph, Number(new URL(before.url).port)));
    },
    snapshot: supergraph.current,
    reload: (subgraphs) => supergraph.swap(snapshotOf(subgraphs)),
    post: (body, headers = {}, path = '/graphql') =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function testConfig(config: Partial<ConfigInput> = {}): Config {
  return createConfig({
    supergraph: 'composed.graphql',
    ...config,
    logging: { level: 'debug', format: 'json', ...config.logging },
  });
}

function composedSnapshot(
  subgraphs: readonly Subgraph[],
  servers: ReadonlyMap<string, SubgraphServer>,
  config: Config,
): SupergraphSnapshot {
  const addressed = subgraphs.map((subgraph) => ({
    ...subgraph,
    url: servers.get(subgraph.name)?.url ?? subgraph.url,
  }));
  return buildSupergraphSnapshot(composeFixture(addressed), contractFilters(config));
}
