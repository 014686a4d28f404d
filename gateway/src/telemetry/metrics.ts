import { collectDefaultMetrics, Registry } from 'prom-client';
import type { LoadGuard } from '../overload/load-guard.ts';
import type { CachedThings } from './cache-metrics.ts';
import { registerCacheMetrics } from './cache-metrics.ts';
import { registerLoadMetrics } from './load-metrics.ts';

/** What there is to be measured beside the operations. */
export interface MeasuredThings {
  readonly cached: CachedThings;
  readonly load: LoadGuard;
}

/** A registry with the metrics of Node.js, of the cache and of the load; others add theirs. */
export function createMetrics({ cached, load }: MeasuredThings): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerCacheMetrics(registry, cached);
  registerLoadMetrics(registry, load);
  return registry;
}
