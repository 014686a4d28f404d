import { headers } from '@plaza/schema/headers';
import type { FastifyInstance } from 'fastify';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { PaymentProvider, ProviderEvent } from '../provider/payment-provider.ts';
import type { ProviderLog } from '../provider/provider-caller.ts';
import type { ProviderSync } from '../provider/provider-sync.ts';

/** Largest webhook, in bytes. */
const bodyBytesMax = 65_536;
/** How long the ids of webhooks are remembered. */
const eventKeepMs = 30 * 86_400_000;
/** How long idempotency keys of clients are remembered. */
const keyKeepMs = 90 * 86_400_000;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface WebhookOptions {
  readonly prisma: PrismaClient;
  readonly provider: PaymentProvider;
  readonly sync: ProviderSync;
}

/**
 * Adds POST /webhooks/payments, where the provider tells of changes. 204: dealt with, or nothing to
 * do; 401: not signed by the provider, lately; 503: to be offered again, because the provider could not
 * be asked. What a webhook says decides nothing: it is a reason to ask the provider, so one that is
 * late or out of order does no harm.
 */
export function addWebhookRoute(app: FastifyInstance, options: WebhookOptions): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: bodyBytesMax },
      (_request, body, done) => done(null, body),
    );
    scope.post('/webhooks/payments', async (request, reply) => {
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const verdict = options.provider.verifyWebhook({ rawBody, headers: request.headers });
      reply.header(headers.requestId, request.id);
      if (verdict.kind === 'rejected') {
        request.log.warn({ reason: verdict.reason }, 'webhook refused');
        return reply.code(401).send({ reason: verdict.reason });
      }
      const isDone = await handleEvent(verdict.event, options, request.log);
      return isDone ? reply.code(204).send() : reply.code(503).send({ reason: 'try again later' });
    });
  });
}

/** False when the provider could not be asked. */
async function handleEvent(
  event: ProviderEvent,
  { prisma, provider, sync }: WebhookOptions,
  log: ProviderLog,
): Promise<boolean> {
  if (event.type === 'unrecognized') return true;
  if ((await prisma.providerEvent.count({ where: { id: event.id } })) > 0) return true;
  const outcome = await provider.getPayment(event.payment.id);
  if (outcome.kind === 'unavailable') return false;
  const fields = { event: event.id, type: event.type };
  if (outcome.kind === 'not_found') {
    log.warn(fields, 'webhook of a payment that the provider does not know');
  } else {
    const { reference } = outcome.payment;
    const payment = uuidPattern.test(reference)
      ? await sync.apply(reference, outcome.payment)
      : undefined;
    if (payment === undefined) log.warn(fields, 'webhook of a payment that is not ours');
    else if (!(await sync.callOffOther(payment, outcome.payment))) return false;
  }
  const data = [{ id: event.id, type: event.type }];
  await prisma.providerEvent.createMany({ data, skipDuplicates: true });
  return true;
}

/** Forgets webhooks that no provider offers again, and keys that no client repeats. */
export async function purgeOldRows(prisma: PrismaClient): Promise<boolean> {
  const before = (keepMs: number) => ({ lt: new Date(Date.now() - keepMs) });
  await prisma.providerEvent.deleteMany({ where: { handledAt: before(eventKeepMs) } });
  await prisma.idempotencyKey.deleteMany({ where: { createdAt: before(keyKeepMs) } });
  return false;
}
