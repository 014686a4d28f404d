import type { FastifyInstance } from 'fastify';
import type { Gateway } from '../gateway.ts';

/**
 * `/live` answers 200 as long as the process can; `/ready` answers 200 only when operations can be
 * served, with warnings if the supergraph may be an old one, else 503 with the reasons. Orchestrators restart on the first, route by the second.
 */
export function serveHealth(server: FastifyInstance, gateway: Gateway): void {
  server.route({
    method: ['GET', 'HEAD'],
    url: '/live',
    handler: async (_request, reply) => reply.send({ status: 'live' }),
  });
  server.route({
    method: ['GET', 'HEAD'],
    url: '/ready',
    handler: async (_request, reply) => {
      const reasons = gateway.reasonsNotReady();
      const warnings = gateway.warnings();
      if (reasons.length === 0) {
        return reply.send({ status: 'ready', ...(warnings.length === 0 ? {} : { warnings }) });
      }
      return reply.code(503).send({ status: 'not ready', reasons });
    },
  });
}
