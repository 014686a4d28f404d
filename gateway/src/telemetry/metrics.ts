import { collectDefaultMetrics, Registry } from 'prom-client';
import type { CachedThings } from './cache-metrics.ts';
import { registerCacheMetrics } from './cache-metrics.ts';

/** All metrics of a gateway process: those of Node.js, and those of the cache. */
export function createMetrics(cached: CachedThings): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerCacheMetrics(registry, cached);
  return registry;
}
