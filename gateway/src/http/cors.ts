import type { FastifyInstance } from 'fastify';
import { isOriginAllowed } from '../allowed-origin.ts';
import type { Config } from '../config.ts';

const preflightAgeSeconds = 600;

/** Response headers that pages may read besides the few that are always readable. */
const exposedHeaders = 'x-request-id, ratelimit, ratelimit-policy, retry-after, age';

/** Lets pages of the named origins call the graph. Without origins nothing is added: CORS is off. */
export function allowOrigins(server: FastifyInstance, cors: Config['cors']): void {
  if (cors.origins.length === 0) return;
  server.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    reply.header('vary', 'Accept, Origin');
    if (origin === undefined || !isOriginAllowed(origin, cors)) return done();
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': exposedHeaders,
      'cross-origin-resource-policy': 'cross-origin',
    });
    if (cors.credentials) reply.header('access-control-allow-credentials', 'true');
    const requestedHeaders = request.headers['access-control-request-headers'];
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method']) {
      reply.headers({
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': requestedHeaders ?? 'content-type',
        'access-control-max-age': String(preflightAgeSeconds),
      });
    }
    return done();
  });
}
