import { logFields } from '@plaza/schema/log-fields';
import { composedOrigin } from './composition/composed-origin.ts';
import type { Config } from './config.ts';
import type { Contracts } from './contracts/open-contracts.ts';
import { contractFilters } from './contracts/open-contracts.ts';
import type { DocumentCache } from './document-cache.ts';
import { buildSnapshotInThread } from './planning/build-snapshot-in-thread.ts';
import type { PlanSharing } from './planning/share-plans.ts';
import { sharePlans } from './planning/share-plans.ts';
import { warmOperations } from './planning/warm-operations.ts';
import { createSigner } from './signatures/sign-request.ts';
import { settingsOf } from './subgraph-fetch/subgraph-settings.ts';
import { fileOrigin } from './supergraph/file-origin.ts';
import { lastGoodFile } from './supergraph/last-good-file.ts';
import type { SupergraphSnapshot } from './supergraph/snapshot.ts';
import type { SupergraphOrigin } from './supergraph/supergraph-origin.ts';
import { SupergraphWatch } from './supergraph/supergraph-watch.ts';
import { urlOrigin } from './supergraph/url-origin.ts';
import type { Logger } from './telemetry/logger.ts';

/** What watching a supergraph takes beside the configuration. */
export interface WatchParts {
  readonly contracts: Contracts | undefined;
  readonly documents: DocumentCache;
  /** Undefined where plans are not shared. */
  readonly plans: Omit<PlanSharing, 'supergraphHash'> | undefined;
  readonly logger: Logger;
}

/** Watches the supergraph that the configuration names; to be started, and disposed of. */
export function watchSupergraph(
  config: Config,
  { contracts, documents, plans, logger }: WatchParts,
): SupergraphWatch {
  const { lastGoodSupergraph } = config;
  return new SupergraphWatch({
    origin: originOf(config),
    pollIntervalMs: config.pollIntervalMs,
    build: async (sdl) => {
      const snapshot = await buildSnapshot(sdl, config);
      warnOfTags(snapshot, logger);
      return withSharedPlans(snapshot, plans);
    },
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

/** A misspelt tag among those that are excluded would show what it was to hide. */
function warnOfTags({ hash, unknownTags }: SupergraphSnapshot, logger: Logger): void {
  for (const [contract, tags] of unknownTags) {
    logger.warn(
      { hash, [logFields.contract]: contract, tags },
      'contract has tags that nothing has',
    );
  }
}

function withSharedPlans(
  snapshot: SupergraphSnapshot,
  sharing: Omit<PlanSharing, 'supergraphHash'> | undefined,
): SupergraphSnapshot {
  if (sharing === undefined) return snapshot;
  const planner = sharePlans(snapshot.planner, { ...sharing, supergraphHash: snapshot.hash });
  return Object.freeze({ ...snapshot, planner });
}
