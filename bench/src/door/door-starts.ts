import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { plaza, type RunFiles } from '../gateways/gateway-starts.ts';
import type { GatewayStart } from '../gateways/gateway-under-test.ts';
import { trusting } from './key-set.ts';

/** What the settings name. */
export interface DoorPlaces {
  readonly redisUrl: string;
  readonly collectorUrl: string;
  readonly keySetUrl: string;
}

/** The gateway with one setting of what stands before the graph. */
interface DoorVariant {
  /** Who it is in `--gateways`. */
  readonly id: string;
  readonly name: string;
  readonly config: (places: DoorPlaces) => object;
}

const base = {
  logging: { level: 'silent' },
  pollIntervalMs: 0,
  deduplicateSubgraphCalls: false,
  collapseRequests: false,
  cache: { enabled: false },
};
/** Nobody reaches them: what is measured is the counting. */
const manyWindows = [
  { limit: 100_000_000, windowMs: 60_000 },
  { limit: 1_000_000_000, windowMs: 3_600_000 },
];
const counted = { rules: [{ name: 'people', by: 'viewerOrAddress', windows: manyWindows }] };
const inRedis = ({ redisUrl }: DoorPlaces) => ({
  redis: { urls: [redisUrl], keyPrefix: 'plaza-bench-door' },
});
const traced = (sampleRatio: number, { collectorUrl }: DoorPlaces) => ({
  telemetry: { otlp: { endpoint: collectorUrl, traces: { sampleRatio, followClients: false } } },
});

const variants: readonly DoorVariant[] = [
  { id: 'bare', name: 'Nothing on', config: () => base },
  { id: 'again', name: 'Nothing on, again', config: () => base },
  { id: 'metrics', name: 'Metrics', config: () => ({ ...base, metrics: { enabled: true } }) },
  { id: 'unsampled', name: 'Traces, 0 %', config: (places) => ({ ...base, ...traced(0, places) }) },
  {
    id: 'sampled',
    name: 'Traces, 10 %',
    config: (places) => ({ ...base, ...traced(0.1, places) }),
  },
  { id: 'traced', name: 'Traces, 100 %', config: (places) => ({ ...base, ...traced(1, places) }) },
  { id: 'rates', name: 'Rate limits, memory', config: () => ({ ...base, rateLimits: counted }) },
  {
    id: 'redis-rates',
    name: 'Rate limits, Redis',
    config: (places) => ({ ...base, ...inRedis(places), rateLimits: counted }),
  },
  {
    id: 'auth',
    name: 'Tokens',
    config: ({ keySetUrl }) => ({ ...base, ...trusting({ url: keySetUrl }) }),
  },
  {
    id: 'cost',
    name: 'Cost',
    config: () => ({ ...base, limits: { costMax: 1_000_000_000 } }),
  },
  {
    id: 'all',
    name: 'All of it',
    config: (places) => ({
      ...base,
      ...inRedis(places),
      ...traced(0.1, places),
      ...trusting({ url: places.keySetUrl }),
      rateLimits: counted,
      metrics: { enabled: true },
      limits: { costMax: 1_000_000_000 },
    }),
  },
  { id: 'workers', name: '2 workers', config: () => ({ ...base, cluster: { workers: 2 } }) },
  {
    id: 'worker-rates',
    name: '2 workers, rate limits',
    config: () => ({ ...base, cluster: { workers: 2 }, rateLimits: counted }),
  },
];

/** Writes the configurations, all or those of the ids. Throws for an id that is none. */
export async function writeDoorStarts(
  files: RunFiles,
  places: DoorPlaces,
  ids: readonly string[] | undefined,
): Promise<readonly GatewayStart[]> {
  const unknown = ids?.find((id) => !variants.some((variant) => variant.id === id));
  if (unknown !== undefined) {
    throw new Error(
      `There is no "${unknown}"; there are ${variants.map(({ id }) => id).join(', ')}`,
    );
  }
  const chosen = variants.filter(({ id }) => ids === undefined || ids.includes(id));
  const folder = path.dirname(files.supergraphFile);
  return Promise.all(
    chosen.map(async ({ id, name, config }) => {
      const file = path.join(folder, `door-${id}.yaml`);
      await writeFile(file, JSON.stringify(config(places)));
      const own = { ...files, plazaConfig: { off: file, on: file } };
      return { ...plaza.toStart(own, 'off'), name };
    }),
  );
}
