import { createHash, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { addChallengeRoutes } from './challenge-routes.ts';
import type { SandboxConfig } from './config.ts';
import { hang, resetConnection } from './connection-faults.ts';
import { addControlRoutes } from './control-routes.ts';
import { Faults } from './faults.ts';
import { Journal } from './journal.ts';
import { Ledger } from './ledger.ts';
import { PaymentBook } from './payment-book.ts';
import { addPaymentRoutes } from './payment-routes.ts';
import { refuse, sendRefusal } from './refusal.ts';
import type { SandboxContext } from './sandbox-context.ts';
import { WebhookSender } from './webhook-sender.ts';

const bodyBytesMax = 65_536;
const retryAfterSeconds = 1;

export interface RunningSandbox {
  /** Base of the API and of the challenge pages, without a slash at the end. */
  readonly url: string;
  /** Cuts open calls and stops; what was kept in the journal goes on after the next start. */
  close(): Promise<void>;
}

/** Starts a payment provider to develop and test against. README.md describes its API. */
export async function startSandbox(
  config: SandboxConfig,
  { now = Date.now, random = Math.random } = {},
): Promise<RunningSandbox> {
  const app = fastify({
    logger: { level: config.logLevel, base: null },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytesMax,
    forceCloseConnections: true,
  });
  let url = '';
  const publicUrl = () => config.publicUrl ?? url;
  const journal = config.journalFile === undefined ? undefined : new Journal(config.journalFile);
  const ledger = new Ledger({ journal, paymentsMax: config.paymentsMax });
  const faults = new Faults();
  const sender = new WebhookSender({
    settings: config,
    ledger,
    faults,
    log: app.log,
    now,
    random,
  });
  const book = new PaymentBook({
    ledger,
    now,
    publicUrl,
    captureDelayMs: () => faults.captureDelayMs ?? config.captureDelayMs,
    lateCaptureDelayMs: config.lateCaptureDelayMs,
    challengeTtlMs: config.challengeTtlMs,
    onEvent: (event) => sender.send(event),
  });
  addRoutes(app, { config, ledger, book, sender, faults, now, publicUrl });
  app.addHook('onClose', async () => {
    book.close();
    sender.close();
    ledger.close();
  });
  await app.listen({ host: config.host, port: config.port });
  const { address, port } = app.server.address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : config.host;
  url = `http://${host}:${port}`;
  ledger.tidyJournal(); // now that the port is ours, no other process writes this file
  book.resume();
  sender.resume();
  app.log.info({ 'url.full': url }, 'payment sandbox started');
  return { url, close: () => app.close() };
}

function addRoutes(app: FastifyInstance, context: SandboxContext): void {
  const { config } = context;
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if ((error.statusCode ?? 500) < 500) {
      return sendRefusal(reply, refuse(400, 'invalid_request', error.message));
    }
    request.log.error({ err: error }, 'call failed');
    return sendRefusal(reply, refuse(503, 'service_unavailable', 'The sandbox itself failed'));
  });
  app.setNotFoundHandler((_request, reply) =>
    sendRefusal(reply, refuse(404, 'not_found', 'Nothing is here')),
  );
  app.get('/live', () => ({ status: 'ok' }));
  app.register(
    async (v1) => {
      addFaultHooks(v1, context);
      v1.addHook('onRequest', requireKey(config.apiKey));
      addPaymentRoutes(v1, context);
    },
    { prefix: '/v1' },
  );
  app.register(async (page) => addChallengeRoutes(page, context), { prefix: '/challenge' });
  if (!config.isControlEnabled) return;
  app.register(
    async (control) => {
      control.addHook('onRequest', requireKey(config.apiKey));
      addControlRoutes(control, context);
    },
    { prefix: '/sandbox' },
  );
}

function addFaultHooks(v1: FastifyInstance, { config, faults, now }: SandboxContext): void {
  const losesAnswer = new WeakSet<FastifyRequest>();
  v1.addHook('onRequest', async (request, reply) => {
    if (faults.latencyMs > 0) await delay(faults.latencyMs, undefined, { ref: false });
    const outage = faults.takeOutage(now());
    if (outage === 'reset') return resetConnection(request, reply);
    if (outage === 'hang') return hang(request, reply, config.hangMs);
    if (outage === 'lose_answer') losesAnswer.add(request);
    if (outage !== 'unavailable') return;
    reply.header('retry-after', retryAfterSeconds);
    const message = 'The provider is down: try again later';
    return sendRefusal(reply, refuse(503, 'service_unavailable', message));
  });
  v1.addHook('onSend', async (request) => {
    if (losesAnswer.has(request)) request.raw.socket.resetAndDestroy();
  });
}

function requireKey(apiKey: string) {
  const expected = digest(`Bearer ${apiKey}`);
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return;
    const message = 'Send the header Authorization: Bearer <your API key>';
    return sendRefusal(reply, refuse(401, 'unauthorized', message));
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
