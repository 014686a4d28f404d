import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { AggregatorRegistry } from 'prom-client';
import type { WorkerLink } from '../cluster/worker-link.ts';

/**
 * `GET /metrics` in the text format of Prometheus; undefined: there are none. In a cluster they are
 * those of all workers together.
 */
export function serveMetrics(
  server: FastifyInstance,
  registry: Registry | undefined,
  link: WorkerLink | undefined,
): void {
  if (registry === undefined) return;
  server.get('/metrics', async (_request, reply) => {
    const all = link === undefined ? registry : await togetherOf(link);
    return reply.type(registry.contentType).send(await all.metrics());
  });
}

async function togetherOf(link: WorkerLink): Promise<Pick<Registry, 'metrics'>> {
  // The types of prom-client want text; its code wants what getMetricsAsJSON gives.
  const metrics = (await link.allMetrics()) as unknown as Parameters<
    typeof AggregatorRegistry.aggregate
  >[0];
  return AggregatorRegistry.aggregate(metrics);
}
