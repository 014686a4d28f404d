import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import {
  startTestSandbox,
  testApiKey,
  testWebhookSecret,
} from '../sandbox/test-kit/start-test-sandbox.ts';
import { createTestProvider, paymentRequest } from './test-kit/create-test-provider.ts';

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

test.serial('says unavailable when nothing listens there', async (t) => {
  const { provider } = createTestProvider(await closedPortUrl());
  const outcome = await provider.createPayment(paymentRequest());
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
  const { provider } = createTestProvider(url);
  const outcome = await provider.createPayment(paymentRequest());
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
    const { provider } = createTestProvider(url, { attemptsMax: 2 });
    t.deepEqual(await provider.createPayment(paymentRequest()), { kind: 'unknown', reason });
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
  const { provider } = createTestProvider(url, { responseBytesMax: 100_000, attemptsMax: 1 });
  const outcome = await provider.createPayment(paymentRequest());
  t.deepEqual(outcome, { kind: 'unknown', reason: 'bad_answer' });
});

test.serial('does not repeat a call whose credentials are refused', async (t) => {
  await using sandbox = await startTestSandbox();
  const { provider, lines } = createTestProvider(sandbox.url, { apiKey: 'wrong-key' });
  const outcome = await provider.createPayment(paymentRequest());
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
  const { provider } = createTestProvider(url, { attemptsMax: 3 });
  await provider.createPayment(paymentRequest());
  t.is(seen.requests, 3);
  t.is(calls.size, 1);
});

test.serial('waits as long as the provider asks, but not beyond its deadline', async (t) => {
  const { url, seen } = await startServer(t, (_incoming, response) => {
    response.writeHead(429, { 'retry-after': '30' }).end();
  });
  const { provider } = createTestProvider(url);
  const startedMs = Date.now();
  const outcome = await provider.createPayment(paymentRequest());
  t.deepEqual(outcome, { kind: 'unavailable', reason: 'rate_limited' });
  t.is(seen.requests, 1);
  t.true(Date.now() - startedMs < 4_000);
});

test.serial('ends within its deadline however the provider hangs', async (t) => {
  const { url } = await startServer(t, () => undefined);
  const { provider } = createTestProvider(url, { attemptTimeoutMs: 10_000, callTimeoutMs: 200 });
  const startedMs = Date.now();
  const outcome = await provider.createPayment(paymentRequest());
  t.deepEqual(outcome, { kind: 'unknown', reason: 'timeout' });
  t.true(Date.now() - startedMs < 2_000);
});

test.serial(
  'stops when the caller goes away: unknown once it was sent, unavailable before',
  async (t) => {
    const caller = new AbortController();
    const { url, seen } = await startServer(t, () => caller.abort());
    const { provider } = createTestProvider(url);
    const { signal } = caller;
    const sent = await provider.createPayment(paymentRequest(), { signal });
    t.deepEqual(sent, { kind: 'unknown', reason: 'aborted' });
    const unsent = await provider.createPayment(paymentRequest(), { signal });
    t.deepEqual(unsent, { kind: 'unavailable', reason: 'aborted' });
    t.is(seen.requests, 1);
  },
);

test.serial(
  'stops asking a provider that fails every time, and asks again after a while',
  async (t) => {
    await using sandbox = await startTestSandbox();
    const circuit = { circuitFailuresMax: 2, circuitOpenMs: 200, attemptsMax: 1 };
    const { provider, lines } = createTestProvider(sandbox.url, circuit);
    await sandbox.setFaults({ outage: { mode: 'reset', calls: 2 } });
    await provider.createPayment(paymentRequest());
    await provider.createPayment(paymentRequest());
    const refused = await provider.createPayment(paymentRequest());
    t.deepEqual(refused, { kind: 'unavailable', reason: 'circuit_open' });
    t.is(lines.filter((line) => line.includes('circuit opened')).length, 1);
    let kind = 'unavailable';
    while (kind === 'unavailable') {
      await new Promise(setImmediate);
      kind = (await provider.createPayment(paymentRequest())).kind;
    }
    t.is(kind, 'created');
  },
);

test.serial('throws for an idempotency key that no header can carry', async (t) => {
  const { provider } = createTestProvider('http://127.0.0.1:1');
  const call = provider.createPayment(paymentRequest({ idempotencyKey: 'a\r\nb' }));
  t.like(await t.throwsAsync(call), { code: 'INTERNAL_SERVER_ERROR' });
});

test.serial('writes no key, no token, no secret and no reference to the log', async (t) => {
  await using sandbox = await startTestSandbox();
  const circuit = { circuitFailuresMax: 2 };
  const { provider, lines } = createTestProvider(sandbox.url, circuit);
  const secrets = { idempotencyKey: 'secret-intent', reference: 'secret-order' };
  await provider.createPayment(
    paymentRequest({ ...secrets, cardToken: 'tok_reset_then_captured' }),
  );
  const refused = await provider.createPayment(
    paymentRequest({ ...secrets, cardToken: 'tok_personal' }),
  );
  await sandbox.setFaults({ outage: { mode: 'reset', calls: 9 } });
  await provider.createPayment(paymentRequest({ ...secrets, cardToken: 'tok_visa' }));
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
