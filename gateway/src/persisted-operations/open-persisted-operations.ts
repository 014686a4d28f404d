import type { Cache } from '../cache/cache.ts';
import { createMemoryCache } from '../cache/memory-cache.ts';
import { createTieredCache } from '../cache/tiered-cache.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../telemetry/logger.ts';
import { ManifestFiles } from './manifest-files.ts';
import { PersistedOperations } from './persisted-operations.ts';

type OperationsConfig = Pick<Config, 'persistedOperations' | 'pollIntervalMs'>;

/** Operations of clients alone, known to this process alone; of one contract alone, if one is named. */
export function ownOperations(
  config: OperationsConfig,
  logger: Logger,
  contract?: string,
): PersistedOperations {
  const manifests = new ManifestFiles({ manifests: [], pollIntervalMs: 0 }, logger);
  return create(config, { manifests, far: undefined, contract });
}

export interface OpenedOperations extends Disposable {
  readonly operations: PersistedOperations;
}

/**
 * Reads the manifests and goes on watching them. `shared` is the cache of all gateways; in it each
 * contract has operations of its own. Rejects with AppError BAD_USER_INPUT for a manifest that cannot
 * be read.
 */
export async function openPersistedOperations(
  config: OperationsConfig,
  logger: Logger,
  shared: Cache | undefined,
  contract?: string,
): Promise<OpenedOperations> {
  const { manifests: names } = config.persistedOperations;
  const settings = { manifests: names, pollIntervalMs: config.pollIntervalMs };
  const manifests = new ManifestFiles(settings, logger);
  await manifests.start();
  return {
    operations: create(config, { manifests, far: shared, contract }),
    [Symbol.dispose]: () => manifests[Symbol.dispose](),
  };
}

interface Sources {
  readonly manifests: ManifestFiles;
  readonly far: Cache | undefined;
  readonly contract: string | undefined;
}

function create(
  { persistedOperations: config }: OperationsConfig,
  { manifests, far, contract }: Sources,
): PersistedOperations {
  const near = createMemoryCache(config.memoryBytesMax);
  const cache =
    far === undefined ? near : createTieredCache({ near, far, nearTtlMs: config.ttlMs });
  return new PersistedOperations({ config, manifests, cache, contract });
}
