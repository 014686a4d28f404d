import type { Cache } from '../cache/cache.ts';
import { createMemoryCache } from '../cache/memory-cache.ts';
import { createTieredCache } from '../cache/tiered-cache.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../telemetry/logger.ts';
import { ManifestFiles } from './manifest-files.ts';
import { PersistedOperations } from './persisted-operations.ts';
import type { ReadField } from './redis-manifest.ts';
import { RedisManifest } from './redis-manifest.ts';

type OperationsConfig = Pick<Config, 'persistedOperations' | 'pollIntervalMs'>;

/** Operations of clients alone, known to this process alone; of one contract alone, if one is named. */
export function ownOperations(
  config: OperationsConfig,
  logger: Logger,
  contract?: string,
): PersistedOperations {
  const manifests = new ManifestFiles({ manifests: [], pollIntervalMs: 0 }, logger);
  return create(config, { manifests, shared: undefined, contract });
}

/** What all gateways have in Redis. */
export interface SharedOperations {
  readonly cache: Cache;
  readonly readField: ReadField;
}

export interface OpenedOperations extends Disposable {
  readonly operations: PersistedOperations;
}

/**
 * Reads the manifests and goes on watching them. In the cache of `shared` each contract has operations
 * of its own. Rejects with AppError BAD_USER_INPUT for a manifest that cannot
 * be read.
 */
export async function openPersistedOperations(
  config: OperationsConfig,
  logger: Logger,
  shared: SharedOperations | undefined,
  contract?: string,
): Promise<OpenedOperations> {
  const { manifests: names } = config.persistedOperations;
  const settings = { manifests: names, pollIntervalMs: config.pollIntervalMs };
  const manifests = new ManifestFiles(settings, logger);
  await manifests.start();
  return {
    operations: create(config, { manifests, shared, contract }),
    [Symbol.dispose]: () => manifests[Symbol.dispose](),
  };
}

interface Sources {
  readonly manifests: ManifestFiles;
  readonly shared: SharedOperations | undefined;
  readonly contract: string | undefined;
}

function create(
  { persistedOperations: config }: OperationsConfig,
  { manifests, shared, contract }: Sources,
): PersistedOperations {
  const near = createMemoryCache(config.memoryBytesMax);
  if (shared === undefined) {
    return new PersistedOperations({
      config,
      manifests,
      redisManifest: undefined,
      cache: near,
      contract,
    });
  }
  const { redisManifest: key, redisManifestTtlMs: ttlMs, memoryBytesMax: charactersMax } = config;
  return new PersistedOperations({
    config,
    manifests,
    redisManifest:
      key === undefined
        ? undefined
        : new RedisManifest({ key, charactersMax, ttlMs }, shared.readField),
    cache: createTieredCache({ near, far: shared.cache, nearTtlMs: config.ttlMs }),
    contract,
  });
}
