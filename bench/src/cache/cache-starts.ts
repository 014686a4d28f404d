import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findParticipants, type RunFiles } from '../gateways/gateway-starts.ts';
import type { GatewayStart } from '../gateways/gateway-under-test.ts';
import { type Caching, distinctHeader } from './cache-workloads.ts';
import { composeCachedGraph, maxAgeSeconds, uncachedField } from './cached-graph.ts';

/** A gateway with one setting of its cache. */
export interface CacheStart {
  /** Who it is in `--gateways`. */
  readonly gateway: 'plaza' | 'hive';
  readonly caching: Caching;
  /** What the report says of the setting. */
  readonly settings: string;
  readonly start: GatewayStart;
}

interface Variant extends Omit<CacheStart, 'start'> {
  readonly config: (redisUrl: string) => object;
}

const keyPrefix = 'plaza-bench';

const plazaBase = {
  logging: { level: 'silent' },
  pollIntervalMs: 0,
  deduplicateSubgraphCalls: false,
  collapseRequests: false,
  headers: { forward: [distinctHeader] },
};
const hiveBase = {
  logging: false,
  inboundInflightRequestDeduplication: false,
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } },
};
/** With its compiler Hive Gateway passes over what is said of fields, and keeps what must not be. */
const hiveResponses = {
  ttl: maxAgeSeconds * 1_000,
  ttlPerSchemaCoordinate: { [uncachedField]: 0 },
};
const inRedis = (redisUrl: string) => ({ redis: { urls: [redisUrl], keyPrefix } });

const variants: readonly Variant[] = [
  {
    gateway: 'plaza',
    caching: 'off',
    settings: 'cache.enabled false',
    config: () => ({ ...plazaBase, cache: { enabled: false } }),
  },
  {
    gateway: 'plaza',
    caching: 'memory',
    settings: 'as shipped, without Redis',
    config: () => plazaBase,
  },
  {
    gateway: 'plaza',
    caching: 'Redis',
    settings: 'cache.memoryBytesMax 0',
    config: (redisUrl) => ({ ...plazaBase, ...inRedis(redisUrl), cache: { memoryBytesMax: 0 } }),
  },
  {
    gateway: 'plaza',
    caching: 'memory and Redis',
    settings: 'as shipped, with Redis',
    config: (redisUrl) => ({ ...plazaBase, ...inRedis(redisUrl) }),
  },
  {
    gateway: 'plaza',
    caching: 'entities in memory',
    settings: 'cache.responses false, without Redis',
    config: () => ({ ...plazaBase, cache: { responses: false } }),
  },
  {
    gateway: 'plaza',
    caching: 'entities in Redis',
    settings: 'cache.responses false, cache.memoryBytesMax 0',
    config: (redisUrl) => ({
      ...plazaBase,
      ...inRedis(redisUrl),
      cache: { responses: false, memoryBytesMax: 0 },
    }),
  },
  {
    gateway: 'hive',
    caching: 'off',
    settings: 'jit on, no cache',
    config: () => ({ ...hiveBase, jit: true }),
  },
  {
    gateway: 'hive',
    caching: 'memory',
    settings: `responseCaching, ${uncachedField} never; jit off, which would keep that`,
    config: () => ({ ...hiveBase, responseCaching: hiveResponses }),
  },
  {
    gateway: 'hive',
    caching: 'Redis',
    settings: 'the same, and cache type redis',
    config: (url) => ({
      ...hiveBase,
      responseCaching: hiveResponses,
      cache: { type: 'redis', url, keyPrefix: 'hive-bench:' },
    }),
  },
];

/** Writes the supergraph that lets things be cached, and how each gateway is started on it. */
export async function writeCacheStarts(
  files: RunFiles,
  redisUrl: string,
): Promise<readonly CacheStart[]> {
  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(path.dirname(files.supergraphFile), name);
    await writeFile(file, text);
    return file;
  };
  const supergraphFile = await write('cached.graphql', composeCachedGraph(files.origin));
  const starts: CacheStart[] = [];
  for (const { config, ...described } of variants) {
    const { gateway, caching } = described;
    const text = JSON.stringify(config(redisUrl));
    const name = `${gateway}-${caching.replaceAll(' ', '-')}`;
    const file =
      gateway === 'plaza'
        ? await write(`${name}.yaml`, text)
        : await write(`${name}.mjs`, `export const gatewayConfig = ${text};\n`);
    const own = {
      ...files,
      supergraphFile,
      plazaConfig: { off: file, on: file },
      hiveConfig: { off: file, on: file },
    };
    for (const { toStart } of findParticipants([gateway])) {
      const label = gateway === 'plaza' ? 'Plaza' : 'Hive';
      starts.push({
        ...described,
        start: { ...toStart(own, 'off'), name: `${label}, ${caching}` },
      });
    }
  }
  return starts;
}
