import { collectDefaultMetrics, Registry } from 'prom-client';
import type { LoadGuard } from '../overload/load-guard.ts';
import type { TrafficCounts } from '../subgraph-fetch/traffic-counts.ts';
import type { CachedThings } from './cache-metrics.ts';
import { registerCacheMetrics } from './cache-metrics.ts';
import { registerLoadMetrics } from './load-metrics.ts';
import { registerSubgraphMetrics } from './subgraph-metrics.ts';

/** What there is to be measured beside the operations. */
export interface MeasuredThings {
  readonly cached: CachedThings;
  readonly load: LoadGuard;
  /** By subgraph. */
  readonly traffic: ReadonlyMap<string, TrafficCounts>;
}

/**
 * A registry with the metrics of Node.js, of the cache, of the load and of the calls to subgraphs;
 * others add theirs.
 */
export function createMetrics({ cached, load, traffic }: MeasuredThings): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerCacheMetrics(registry, cached);
  registerLoadMetrics(registry, load);
  registerSubgraphMetrics(registry, traffic);
  return registry;
}
