import type { FastifyInstance } from 'fastify';

const preflightAgeSeconds = 600;

/** Lets pages of the named origins call the graph. Without origins nothing is added: CORS is off. */
export function allowOrigins(server: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  server.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    reply.header('vary', 'Accept, Origin');
    if (origin === undefined || !allowed.has(origin)) return;
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'x-request-id',
      'cross-origin-resource-policy': 'cross-origin',
    });
    const requestedHeaders = request.headers['access-control-request-headers'];
    if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return;
    reply.headers({
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': requestedHeaders ?? 'content-type',
      'access-control-max-age': String(preflightAgeSeconds),
    });
  });
}
