import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import {
  startTestSandbox,
  testApiKey,
  testWebhookSecret,
} from '../sandbox/test-kit/start-test-sandbox.ts';
import {
  HttpPaymentProvider,
  type PaymentProviderSettings,
  paymentProviderDefaults,
} from './http-payment-provider.ts';
import type { CreatePaymentRequest } from './payment-provider.ts';

function createProvider(baseUrl: string, changes: Partial<PaymentProviderSettings> = {}) {
  const lines: string[] = [];
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push(JSON.stringify({ level, message, ...fields }));
  const provider = new HttpPaymentProvider({
    settings: {
      ...paymentProviderDefaults,
      baseUrl,
      apiKey: testApiKey,
      webhookSecrets: [testWebhookSecret],
      attemptTimeoutMs: 500,
      callTimeoutMs: 5_000,
      retryDelayMs: 5,
      ...changes,
    },
    log: { debug: write('debug'), warn: write('warn'), error: write('error') },
  });
  return { provider, lines };
}

let requestsMade = 0;

function request(changes: Partial<CreatePaymentRequest> = {}): CreatePaymentRequest {
  requestsMade += 1;
  return {
    idempotencyKey: `intent-${requestsMade}`,
    reference: `order-${requestsMade}`,
    amountMinor: 12_550,
    currency: 'MXN',
    cardToken: 'tok_visa',
    ...changes,
  };
}

/** A server that answers as the test says, counted. */
async function startServer(t: ExecutionContext, listener: RequestListener) {
  const seen = { requests: 0 };
  const server = createServer((incoming, response) => {
    seen.requests += 1;
    listener(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function closedPortUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

test.serial('creates a payment, hears of its capture, reads and refunds it', async (t) => {
  await using sandbox = await startTestSandbox();
  const { provider } = createProvider(sandbox.url);
  const outcome = await provider.createPayment(
    request({ reference: 'order-1', metadata: { a: 'b' } }),
  );
  if (outcome.kind !== 'created') return t.fail(JSON.stringify(outcome));
  t.like(outcome.payment, { status: 'processing', amountMinor: 12_550, capturedMinor: 0 });
  t.true(outcome.payment.createdAt instanceof Date);
  const [webhook] = await sandbox.receiver.waitFor(({ type }) => type === 'payment.captured');
  if (webhook === undefined) return t.fail();
  const verdict = provider.verifyWebhook(webhook);
  t.like(verdict, { kind: 'verified', event: { payment: { id: outcome.payment.id } } });
  t.like(await provider.getPayment(outcome.payment.id), {
    kind: 'found',
    payment: { status: 'captured', capturedMinor: 12_550 },
  });
  const refund = await provider.refundPayment({
    idempotencyKey: 'refund-1',
    paymentId: outcome.payment.id,
    amountMinor: 550,
    reference: 'refund-1',
  });
  t.like(refund, { kind: 'refunded', refund: { amountMinor: 550, status: 'succeeded' } });
  const found = await provider.findPayments('order-1');
  t.is(found.kind === 'found' && found.payments[0]?.refundedMinor, 550);
});

test.serial(
  'reports declined and challenged payments as created, with why and where',
  async (t) => {
    await using sandbox = await startTestSandbox();
    const { provider } = createProvider(sandbox.url);
    t.like(await provider.createPayment(request({ cardToken: 'tok_insufficient_funds' })), {
      kind: 'created',
      payment: { status: 'declined', declineCode: 'insufficient_funds' },
    });
    const returnUrl = 'http://localhost:3000/back';
    const challenged = await provider.createPayment(
      request({ cardToken: 'tok_challenge', returnUrl }),
    );
    if (challenged.kind !== 'created') return t.fail();
    t.is(challenged.payment.status, 'requires_challenge');
    t.true(challenged.payment.challenge?.url.startsWith(`${sandbox.url}/challenge/chl_`));
  },
);

for (const cardToken of ['tok_timeout_then_captured', 'tok_reset_then_captured']) {
  test.serial(
    `learns the outcome of ${cardToken} by repeating the call, and charges once`,
    async (t) => {
      await using sandbox = await startTestSandbox();
      const { provider } = createProvider(sandbox.url);
      const outcome = await provider.createPayment(request({ cardToken, reference: 'order-2' }));
      t.is(outcome.kind, 'created');
      const found = await provider.findPayments('order-2');
      t.is(found.kind === 'found' && found.payments.length, 1);
    },
  );
}

test.serial(
  'says unknown when no try is answered, and finds out later that it happened',
  async (t) => {
    await using sandbox = await startTestSandbox();
    const { provider } = createProvider(sandbox.url, { attemptsMax: 1 });
    const intent = request({ cardToken: 'tok_timeout_then_captured', reference: 'order-3' });
    t.deepEqual(await provider.createPayment(intent), { kind: 'unknown', reason: 'timeout' });
    const found = await provider.findPayments('order-3');
    t.is(found.kind === 'found' && found.payments.length, 1);
    t.like(await provider.createPayment(intent), { kind: 'created' });
  },
);

test.serial(
  'says unknown when no try is answered, and finds out later that it did not happen',
  async (t) => {
    await using sandbox = await startTestSandbox();
    const { provider } = createProvider(sandbox.url);
    const intent = request({ cardToken: 'tok_timeout_not_received', reference: 'order-4' });
    t.deepEqual(await provider.createPayment(intent), { kind: 'unknown', reason: 'timeout' });
    t.deepEqual(await provider.findPayments('order-4'), { kind: 'found', payments: [] });
  },
);

test.serial('gets through an outage that ends while it tries', async (t) => {
  await using sandbox = await startTestSandbox();
  const { provider } = createProvider(sandbox.url);
  for (const mode of ['reset', 'lose_answer', 'hang']) {
    await sandbox.setFaults({ outage: { mode, calls: 2 } });
    const reference = `order-${mode}`;
    t.like(await provider.createPayment(request({ reference })), { kind: 'created' }, mode);
    const found = await provider.findPayments(reference);
    t.is(found.kind === 'found' && found.payments.length, 1, mode);
  }
});

test.serial(
  'says unavailable, not unknown, while the provider says that it does nothing',
  async (t) => {
    await using sandbox = await startTestSandbox();
    const { provider } = createProvider(sandbox.url, { callTimeoutMs: 900 });
    await sandbox.setFaults({ outage: { mode: 'unavailable', calls: 9 } });
    const outcome = await provider.createPayment(request());
    t.deepEqual(outcome, { kind: 'unavailable', reason: 'provider_down' });
  },
);

test.serial('says unavailable when nothing listens there', async (t) => {
  const { provider } = createProvider(await closedPortUrl());
  const outcome = await provider.createPayment(request());
  t.deepEqual(outcome, { kind: 'unavailable', reason: 'unreachable' });
});

test.serial('stays with unknown when a lost answer is followed by a clear no', async (t) => {
  let calls = 0;
  const { url } = await startServer(t, (incoming, response) => {
    calls += 1;
    if (calls === 1) return void incoming.socket.destroy();
    response.writeHead(503, { 'content-type': 'application/json' });
    response.end('{"error":{"code":"service_unavailable","message":"down"}}');
  });
  const { provider } = createProvider(url);
  const outcome = await provider.createPayment(request());
  t.deepEqual(outcome, { kind: 'unknown', reason: 'connection_lost' });
});

const strangeAnswers: readonly [string, number, string, string][] = [
  ['a page instead of JSON', 200, '<html>', 'bad_answer'],
  ['success without a payment', 201, '{"ok":true}', 'bad_answer'],
  ['a payment in a state that is not known', 201, '{"id":"pay_1","status":"melted"}', 'bad_answer'],
  ['a redirect', 302, '{}', 'bad_answer'],
  ['a 404 of something in between', 404, 'no such host', 'bad_answer'],
  ['a 500', 500, '{"error":{"code":"oops","message":"oops"}}', 'server_error'],
  ['a 503 that is not the word of the provider', 503, 'bad gateway', 'server_error'],
];

for (const [what, status, body, reason] of strangeAnswers) {
  test.serial(`takes ${what} for unknown`, async (t) => {
    const { url } = await startServer(t, (_incoming, response) => {
      response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(body);
    });
    const { provider } = createProvider(url, { attemptsMax: 2 });
    t.deepEqual(await provider.createPayment(request()), { kind: 'unknown', reason });
    t.deepEqual(await provider.getPayment('pay_1'), { kind: 'unavailable', reason });
  });
}

test.serial('reads no more of an answer than it may', async (t) => {
  const { url } = await startServer(t, (_incoming, response) => {
    response.writeHead(201);
    const write = () => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
      if (!response.destroyed) response.once('drain', write);
    };
    write();
  });
  const { provider } = createProvider(url, { responseBytesMax: 100_000, attemptsMax: 1 });
  const outcome = await provider.createPayment(request());
  t.deepEqual(outcome, { kind: 'unknown', reason: 'bad_answer' });
});

test.serial('does not repeat a refusal', async (t) => {
  await using sandbox = await startTestSandbox();
  const { provider, lines } = createProvider(sandbox.url);
  const refused = await provider.createPayment(request({ amountMinor: 0 }));
  t.like(refused, { kind: 'refused', code: 'invalid_request' });
  const intent = request();
  await provider.createPayment(intent);
  const reused = await provider.createPayment({ ...intent, amountMinor: 1 });
  t.like(reused, { kind: 'refused', code: 'idempotency_key_reused' });
  t.is(lines.length, 3);
});

test.serial('does not repeat a call whose credentials are refused', async (t) => {
  await using sandbox = await startTestSandbox();
  const { provider, lines } = createProvider(sandbox.url, { apiKey: 'wrong-key' });
  const outcome = await provider.createPayment(request());
  t.deepEqual(outcome, { kind: 'unavailable', reason: 'credentials_refused' });
  t.is(lines.length, 1);
});

test.serial('tries at most so often, always with the same key and body', async (t) => {
  const calls = new Set<string>();
  const { url, seen } = await startServer(t, async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    calls.add(`${incoming.headers['idempotency-key']} ${body}`);
    response.writeHead(500).end();
  });
  const { provider } = createProvider(url, { attemptsMax: 3 });
  await provider.createPayment(request());
  t.is(seen.requests, 3);
  t.is(calls.size, 1);
});

test.serial('waits as long as the provider asks, but not beyond its deadline', async (t) => {
  const { url, seen } = await startServer(t, (_incoming, response) => {
    response.writeHead(429, { 'retry-after': '30' }).end();
  });
  const { provider } = createProvider(url);
  const startedMs = Date.now();
  const outcome = await provider.createPayment(request());
  t.deepEqual(outcome, { kind: 'unavailable', reason: 'rate_limited' });
  t.is(seen.requests, 1);
  t.true(Date.now() - startedMs < 4_000);
});

test.serial('ends within its deadline however the provider hangs', async (t) => {
  const { url } = await startServer(t, () => undefined);
  const { provider } = createProvider(url, { attemptTimeoutMs: 10_000, callTimeoutMs: 200 });
  const startedMs = Date.now();
  const outcome = await provider.createPayment(request());
  t.deepEqual(outcome, { kind: 'unknown', reason: 'timeout' });
  t.true(Date.now() - startedMs < 2_000);
});

test.serial(
  'stops when the caller goes away: unknown once it was sent, unavailable before',
  async (t) => {
    const caller = new AbortController();
    const { url, seen } = await startServer(t, () => caller.abort());
    const { provider } = createProvider(url);
    const { signal } = caller;
    const sent = await provider.createPayment(request(), { signal });
    t.deepEqual(sent, { kind: 'unknown', reason: 'aborted' });
    const unsent = await provider.createPayment(request(), { signal });
    t.deepEqual(unsent, { kind: 'unavailable', reason: 'aborted' });
    t.is(seen.requests, 1);
  },
);

test.serial(
  'stops asking a provider that fails every time, and asks again after a while',
  async (t) => {
    await using sandbox = await startTestSandbox();
    const circuit = { circuitFailuresMax: 2, circuitOpenMs: 200, attemptsMax: 1 };
    const { provider, lines } = createProvider(sandbox.url, circuit);
    await sandbox.setFaults({ outage: { mode: 'reset', calls: 2 } });
    await provider.createPayment(request());
    await provider.createPayment(request());
    const refused = await provider.createPayment(request());
    t.deepEqual(refused, { kind: 'unavailable', reason: 'circuit_open' });
    t.is(lines.filter((line) => line.includes('circuit opened')).length, 1);
    let kind = 'unavailable';
    while (kind === 'unavailable') {
      await new Promise(setImmediate);
      kind = (await provider.createPayment(request())).kind;
    }
    t.is(kind, 'created');
  },
);

test.serial('cancels before the capture, and says how it is when it is too late', async (t) => {
  await using sandbox = await startTestSandbox({ captureDelayMs: 60_000 });
  const { provider } = createProvider(sandbox.url);
  const created = await provider.createPayment(request());
  const captured = await provider.createPayment(request({ cardToken: 'tok_instant' }));
  if (created.kind !== 'created' || captured.kind !== 'created') return t.fail();
  for (let repetition = 0; repetition < 2; repetition += 1) {
    t.like(await provider.cancelPayment(created.payment.id), {
      kind: 'cancelled',
      payment: { status: 'cancelled' },
    });
  }
  t.like(await provider.cancelPayment(captured.payment.id), {
    kind: 'not_cancellable',
    payment: { status: 'captured' },
  });
});

test.serial('says not found only on the word of the provider', async (t) => {
  await using sandbox = await startTestSandbox();
  const { provider } = createProvider(sandbox.url);
  t.deepEqual(await provider.getPayment('pay_none'), { kind: 'not_found' });
  t.deepEqual(await provider.getPayment('../sandbox/faults'), { kind: 'not_found' });
  t.deepEqual(await provider.cancelPayment('pay_none'), { kind: 'not_found' });
  const refund = { idempotencyKey: 'r', paymentId: 'pay_none', amountMinor: 1 };
  t.deepEqual(await provider.refundPayment(refund), { kind: 'not_found' });
});

test.serial('refunds once though the answer is lost, and never too much', async (t) => {
  await using sandbox = await startTestSandbox();
  const { provider } = createProvider(sandbox.url);
  const created = await provider.createPayment(
    request({ cardToken: 'tok_instant', amountMinor: 900 }),
  );
  if (created.kind !== 'created') return t.fail();
  const paymentId = created.payment.id;
  await sandbox.setFaults({ outage: { mode: 'lose_answer', calls: 1 } });
  const refund = { idempotencyKey: 'refund-a', paymentId, amountMinor: 500 };
  t.like(await provider.refundPayment(refund), { kind: 'refunded', refund: { amountMinor: 500 } });
  t.like(await provider.getPayment(paymentId), { payment: { refundedMinor: 500 } });
  const more = await provider.refundPayment({ ...refund, idempotencyKey: 'refund-b' });
  t.like(more, { kind: 'refused', code: 'refund_exceeds_captured' });
});

test.serial('throws for an idempotency key that no header can carry', async (t) => {
  const { provider } = createProvider('http://127.0.0.1:1');
  const call = provider.createPayment(request({ idempotencyKey: 'a\r\nb' }));
  t.like(await t.throwsAsync(call), { code: 'INTERNAL_SERVER_ERROR' });
});

test.serial('writes no key, no token, no secret and no reference to the log', async (t) => {
  await using sandbox = await startTestSandbox();
  const circuit = { circuitFailuresMax: 2 };
  const { provider, lines } = createProvider(sandbox.url, circuit);
  const secrets = { idempotencyKey: 'secret-intent', reference: 'secret-order' };
  await provider.createPayment(request({ ...secrets, cardToken: 'tok_reset_then_captured' }));
  const refused = await provider.createPayment(request({ ...secrets, cardToken: 'tok_personal' }));
  await sandbox.setFaults({ outage: { mode: 'reset', calls: 9 } });
  await provider.createPayment(request({ ...secrets, cardToken: 'tok_visa' }));
  await provider.refundPayment({
    idempotencyKey: 'secret-refund',
    paymentId: 'pay_1',
    amountMinor: 1,
  });
  const text = lines.join('\n') + JSON.stringify(refused);
  t.true(lines.length >= 4);
  for (const hidden of [testApiKey, testWebhookSecret, 'secret-', 'tok_']) {
    t.false(text.includes(hidden), `${hidden} in ${text}`);
  }
});
