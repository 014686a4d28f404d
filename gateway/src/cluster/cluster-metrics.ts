import { Counter, Gauge, Registry } from 'prom-client';

/** What the primary knows of its workers. */
export interface ClusterCounts {
  readonly serving: number;
  /** Workers that were started in the place of one that had ended by itself. */
  readonly restarts: number;
}

/** Metrics of the primary, read when they are asked for. */
export function createClusterMetrics(counts: () => ClusterCounts): Registry {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: 'plaza_cluster_workers',
    help: 'Workers that serve.',
    registers,
    collect() {
      this.set(counts().serving);
    },
  });
  new Counter({
    name: 'plaza_cluster_restarts_total',
    help: 'Workers that were started in the place of one that had ended by itself.',
    registers,
    collect() {
      this.reset();
      this.inc(counts().restarts);
    },
  });
  return registry;
}
