import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Config } from '../config.ts';
import type { LoadGuard } from '../overload/load-guard.ts';
import type { TrafficCounts } from '../subgraph-fetch/traffic-counts.ts';
import { exportsMetrics } from '../tracing/open-telemetry.ts';
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

/** What is measured, if anybody is told of it; others add theirs. */
export function openMetrics(config: Config, things: MeasuredThings): Registry | undefined {
  return config.metrics.enabled || exportsMetrics(config) ? createMetrics(things) : undefined;
}

function createMetrics({ cached, load, traffic }: MeasuredThings): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerCacheMetrics(registry, cached);
  registerLoadMetrics(registry, load);
  registerSubgraphMetrics(registry, traffic);
  return registry;
}
