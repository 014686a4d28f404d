import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import type { Gateway } from './gateway.ts';
import { createGateway } from './gateway.ts';
import { createHttpServer, listen } from './http/server.ts';
import { buildSnapshotInThread } from './planning/build-snapshot-in-thread.ts';
import { warmPlans } from './planning/warm-plans.ts';
import type { WorkerPlannerSettings } from './planning/worker-planner.ts';
import { createHttpExecutor } from './subgraph-fetch/http-executor.ts';
import { createSubgraphSockets } from './subscriptions/subgraph-sockets/subgraph-sockets.ts';
import type { SupergraphSnapshot } from './supergraph/snapshot.ts';
import { watchSupergraph } from './supergraph/supergraph-source.ts';
import type { Logger } from './telemetry/logger.ts';

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
  // Nobody waits for a plan longer than for the answer.
  const planning = { ...config.planning, waitTimeoutMs: config.requestTimeoutMs };
  const executor = resources.use(createHttpExecutor(config));
  const sockets = resources.use(createSubgraphSockets(config));
  const supergraph = resources.use(
    watchSupergraph({
      location: config.supergraph,
      pollIntervalMs: config.pollIntervalMs,
      build: (sdl) => buildSnapshot(sdl, planning),
      warm: async (change) => {
        const operations = await warmPlans(change, config);
        logger.info({ hash: change.next.hash, operations }, 'supergraph warmed');
      },
      logger,
    }),
  );
  supergraph.onSwap(executor.retainOnly);
  await supergraph.reload();
  const gateway = createGateway({
    config,
    supergraph,
    fetchFor: executor.fetchFor,
    sourceFor: sockets.sourceFor,
    logger,
  });
  const server = createHttpServer(gateway, config);
  await listen(server, config);
  const { port } = server.server.address() as AddressInfo;
  const open = resources.move();
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    reload: supergraph.reload,
    stop: async () => {
      await drain(server, gateway, config.drainTimeoutMs);
      await open.disposeAsync();
    },
  };
}

async function buildSnapshot(
  sdl: string,
  planning: WorkerPlannerSettings,
): Promise<SupergraphSnapshot> {
  if (planning.workersMax > 0) return buildSnapshotInThread(sdl, planning);
  // A thread that plans nothing does without Apollo's packages: a fifth of a second, 60 MB.
  const { buildSupergraphSnapshot } = await import('./supergraph/build-snapshot.ts');
  return buildSupergraphSnapshot(sdl);
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
