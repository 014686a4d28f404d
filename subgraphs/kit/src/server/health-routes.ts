import type { FastifyInstance } from 'fastify';

/** How long the check behind /ready may take. */
const readinessTimeoutMs = 2_000;

/** Adds /live (the process answers) and /ready (the database answers too; 503 if not). */
export function addHealthRoutes(app: FastifyInstance, checkReady: () => Promise<void>): void {
  app.get('/live', async () => ({ status: 'live' }));
  app.get('/ready', async (request, reply) => {
    try {
      await withTimeout(checkReady(), readinessTimeoutMs);
      return { status: 'ready' };
    } catch (error) {
      request.log.warn({ err: error }, 'not ready');
      return reply.code(503).send({ status: 'unavailable' });
    }
  });
}

async function withTimeout(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
