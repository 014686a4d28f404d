import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../cluster/cluster-messages.ts';
import type { WorkerLink } from '../cluster/worker-link.ts';
import type { Gateway } from '../gateway.ts';

/**
 * `/live` answers 200 as long as the process can; `/ready` answers 200 only when operations can be
 * served, with warnings if the supergraph may be an old one, else 503 with the reasons. A cluster can
 * serve when one of its workers can. Orchestrators restart on the first, route by the second.
 */
export function serveHealth(
  server: FastifyInstance,
  gateway: Gateway,
  link: WorkerLink | undefined,
): void {
  server.route({
    method: ['GET', 'HEAD'],
    url: '/live',
    handler: async (_request, reply) => reply.send({ status: 'live' }),
  });
  server.route({
    method: ['GET', 'HEAD'],
    url: '/ready',
    handler: async (_request, reply) => {
      const { reasons, warnings } = await readinessOf(gateway, link);
      if (reasons.length === 0) {
        return reply.send({ status: 'ready', ...(warnings.length === 0 ? {} : { warnings }) });
      }
      return reply.code(503).send({ status: 'not ready', reasons });
    },
  });
}

async function readinessOf(gateway: Gateway, link: WorkerLink | undefined): Promise<Readiness> {
  const own = { reasons: gateway.reasonsNotReady(), warnings: gateway.warnings() };
  if (link === undefined || own.reasons.length === 0) return own;
  const all = await link.allReadiness().catch((): readonly Readiness[] => []);
  return all.find(({ reasons }) => reasons.length === 0) ?? own;
}
