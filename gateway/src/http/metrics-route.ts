import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

/** `GET /metrics` in the text format of Prometheus; undefined: there are none. */
export function serveMetrics(server: FastifyInstance, registry: Registry | undefined): void {
  if (registry === undefined) return;
  server.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
