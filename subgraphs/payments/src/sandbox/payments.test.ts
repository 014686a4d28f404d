import test from 'ava';
import { startTestSandbox } from './test-kit/start-test-sandbox.ts';

test('captures a good card after a while and tells it by an event', async (t) => {
  await using sandbox = await startTestSandbox();
  const { body, status } = await sandbox.pay({ reference: 'order-a', metadata: { seat: 'A-1' } });
  t.is(status, 201);
  t.like(body, {
    status: 'processing',
    amount: 12_550,
    amount_captured: 0,
    reference: 'order-a',
    metadata: { seat: 'A-1' },
    card: { brand: 'visa', last4: '4242' },
    challenge: null,
  });
  await sandbox.receiver.waitFor(({ type }) => type === 'payment.captured');
  const { body: later } = await sandbox.api('GET', `/v1/payments/${body.id}`);
  t.like(later, { id: body.id, status: 'captured', amount_captured: 12_550 });
  await sandbox.receiver.waitFor(({ type }) => type === 'payment.processing');
  t.is(sandbox.receiver.received.length, 2);
});

const outcomes = [
  ['tok_instant', 'captured', null],
  ['tok_declined', 'declined', 'card_declined'],
  ['tok_insufficient_funds', 'declined', 'insufficient_funds'],
  ['tok_expired_card', 'declined', 'expired_card'],
  ['tok_challenge', 'requires_challenge', null],
  ['tok_capture_late', 'processing', null],
] as const;

for (const [card_token, status, decline_code] of outcomes) {
  test(`answers ${card_token} with ${status}`, async (t) => {
    await using sandbox = await startTestSandbox();
    const { body } = await sandbox.pay({ card_token });
    t.like(body, { status, decline_code });
    await sandbox.receiver.waitFor(({ type }) => type === `payment.${status}`);
  });
}

test('declines a card after it was accepted, by event', async (t) => {
  await using sandbox = await startTestSandbox();
  const { body } = await sandbox.pay({ card_token: 'tok_declined_late' });
  t.like(body, { status: 'processing', decline_code: null });
  await sandbox.receiver.waitFor(({ type }) => type === 'payment.declined');
  const { body: later } = await sandbox.api('GET', `/v1/payments/${body.id}`);
  t.like(later, { status: 'declined', decline_code: 'card_declined', amount_captured: 0 });
});

test('answers a repeated call with the first answer and charges once', async (t) => {
  await using sandbox = await startTestSandbox();
  const key = { 'idempotency-key': 'intent-1' };
  const request = { reference: 'order-b', metadata: { a: '1', b: '2' } };
  const first = await sandbox.pay(request, key);
  await sandbox.receiver.waitFor(({ type }) => type === 'payment.captured');
  const second = await sandbox.pay(request, key);
  t.is(second.status, 201);
  t.deepEqual(second.body, first.body);
  t.is(first.headers.get('idempotent-replayed'), null);
  t.is(second.headers.get('idempotent-replayed'), 'true');
  const { body } = await sandbox.api('GET', '/v1/payments?reference=order-b');
  t.is(body.data.length, 1);
});

test('charges once when the same call arrives twenty times at once', async (t) => {
  await using sandbox = await startTestSandbox();
  const key = { 'idempotency-key': 'intent-2' };
  const calls = Array.from({ length: 20 }, () => sandbox.pay({ reference: 'order-c' }, key));
  const ids = (await Promise.all(calls)).map(({ body }) => body.id);
  t.is(new Set(ids).size, 1);
  const { body } = await sandbox.api('GET', '/sandbox/payments');
  t.is(body.data.length, 1);
});

test('refuses a key that belongs to another call', async (t) => {
  await using sandbox = await startTestSandbox();
  const key = { 'idempotency-key': 'intent-3' };
  const { body: payment } = await sandbox.pay({ reference: 'order-d', amount: 100 }, key);
  const other = await sandbox.pay({ reference: 'order-d', amount: 101 }, key);
  t.is(other.status, 422);
  t.is(other.body.error.code, 'idempotency_key_reused');
  const refund = await sandbox.api('POST', `/v1/payments/${payment.id}/refunds`, {
    body: {},
    headers: key,
  });
  t.is(refund.status, 422);
});

test('forgets an idempotency key after a day', async (t) => {
  let nowMs = Date.now();
  await using sandbox = await startTestSandbox({}, { now: () => nowMs });
  const request = { reference: 'order-e', card_token: 'tok_declined' };
  const key = { 'idempotency-key': 'intent-4' };
  const { body: first } = await sandbox.pay(request, key);
  nowMs += 86_399_999;
  t.is((await sandbox.pay(request, key)).body.id, first.id);
  nowMs += 1;
  t.not((await sandbox.pay(request, key)).body.id, first.id);
});

test('names what is wrong with a request and does nothing', async (t) => {
  await using sandbox = await startTestSandbox();
  const wrong = [
    [{ amount: 0 }, /amount/],
    [{ amount: 12.5 }, /amount/],
    [{ amount: 2 ** 31 }, /amount/],
    [{ currency: 'pesos' }, /currency/],
    [{ card_token: '4242424242424242' }, /card_token/],
    [{ reference: '' }, /reference/],
    [{ return_url: 'javascript:alert(1)' }, /return_url/],
    [{ surprise: true }, /surprise/],
  ] as const;
  for (const [changes, message] of wrong) {
    const { status, body } = await sandbox.pay(changes);
    t.is(status, 400);
    t.is(body.error.code, 'invalid_request');
    t.regex(body.error.message, message);
    t.notRegex(body.error.message, /4242/);
  }
  const { status, body } = await sandbox.pay({}, { 'idempotency-key': '' });
  t.like({ status, code: body.error.code }, { status: 400, code: 'idempotency_key_required' });
  const { body: page } = await sandbox.api('GET', '/sandbox/payments');
  t.deepEqual(page, { data: [], next: null });
});

test('asks for the API key', async (t) => {
  await using sandbox = await startTestSandbox();
  for (const authorization of ['', 'Bearer wrong', 'test-api-key']) {
    const headers = { authorization };
    t.is((await sandbox.pay({}, headers)).status, 401);
    t.is((await sandbox.api('GET', '/v1/payments/pay_1', { headers })).status, 401);
    t.is((await sandbox.api('GET', '/sandbox/payments', { headers })).status, 401);
  }
  t.is((await sandbox.api('GET', '/live', { headers: { authorization: '' } })).status, 200);
});

test('has no control API unless it is switched on', async (t) => {
  await using sandbox = await startTestSandbox({ isControlEnabled: false });
  t.is((await sandbox.api('GET', '/sandbox/payments')).status, 404);
  t.is((await sandbox.api('POST', '/sandbox/faults', { body: {} })).status, 404);
});

test('cancels a payment before its capture, once and for all', async (t) => {
  await using sandbox = await startTestSandbox({ captureDelayMs: 60_000 });
  const { body: payment } = await sandbox.pay();
  const path = `/v1/payments/${payment.id}/cancel`;
  t.like((await sandbox.api('POST', path)).body, { status: 'cancelled' });
  t.like(await sandbox.api('POST', path), { status: 200 });
  await sandbox.receiver.waitFor(({ type }) => type === 'payment.cancelled');
  t.is((await sandbox.api('POST', '/v1/payments/pay_none/cancel')).status, 404);
});

test('does not cancel what is settled, and says how it is', async (t) => {
  await using sandbox = await startTestSandbox();
  for (const [card_token, status] of [
    ['tok_instant', 'captured'],
    ['tok_declined', 'declined'],
  ]) {
    const { body } = await sandbox.pay({ card_token });
    const refusal = await sandbox.api('POST', `/v1/payments/${body.id}/cancel`);
    t.is(refusal.status, 409);
    t.is(refusal.body.error.code, 'payment_not_cancellable');
    t.is(refusal.body.error.payment.status, status);
  }
});

test('refunds in parts, never above what was captured', async (t) => {
  await using sandbox = await startTestSandbox();
  const { body: payment } = await sandbox.pay({ card_token: 'tok_instant', amount: 1_000 });
  const path = `/v1/payments/${payment.id}/refunds`;
  const refund = (body: object, key: string) =>
    sandbox.api('POST', path, { body, headers: { 'idempotency-key': key } });
  t.like((await refund({ amount: 400, reference: 'r-1' }, 'r1')).body, { status: 'succeeded' });
  t.like(await refund({ amount: 601 }, 'r2'), { status: 422 });
  t.is((await refund({ amount: 400, reference: 'r-1' }, 'r1')).body.amount, 400);
  t.like((await refund({}, 'r3')).body, { amount: 600 });
  t.is((await refund({}, 'r4')).body.error.code, 'refund_exceeds_captured');
  const { body } = await sandbox.api('GET', `/v1/payments/${payment.id}`);
  t.is(body.amount_refunded, 1_000);
  t.is(body.refunds.length, 2);
  await sandbox.receiver.waitFor(({ type }) => type === 'refund.succeeded', 2);
});

test('never refunds more than was captured when twenty refunds race', async (t) => {
  await using sandbox = await startTestSandbox();
  const { body: payment } = await sandbox.pay({ card_token: 'tok_instant', amount: 1_000 });
  const refunds = Array.from({ length: 20 }, (_, index) =>
    sandbox.api('POST', `/v1/payments/${payment.id}/refunds`, {
      body: { amount: 150 },
      headers: { 'idempotency-key': `race-${index}` },
    }),
  );
  const statuses = (await Promise.all(refunds)).map(({ status }) => status);
  t.is(statuses.filter((status) => status === 201).length, 6);
  const { body } = await sandbox.api('GET', `/v1/payments/${payment.id}`);
  t.is(body.amount_refunded, 900);
});

test('refunds nothing of a payment that was not captured', async (t) => {
  await using sandbox = await startTestSandbox();
  const { body: payment } = await sandbox.pay({ card_token: 'tok_declined' });
  const answer = await sandbox.api('POST', `/v1/payments/${payment.id}/refunds`, {
    body: {},
    headers: { 'idempotency-key': 'none' },
  });
  t.is(answer.status, 409);
  t.is(answer.body.error.code, 'payment_not_captured');
});

test('keeps the money of a pending refund aside, until the refund fails', async (t) => {
  let nowMs = Date.now();
  await using sandbox = await startTestSandbox({}, { now: () => nowMs });
  const { body: payment } = await sandbox.pay({ card_token: 'tok_refund_fails', amount: 500 });
  nowMs += 1_000;
  await sandbox.receiver.waitFor(({ type }) => type === 'payment.captured');
  const path = `/v1/payments/${payment.id}/refunds`;
  const refund = (key: string) =>
    sandbox.api('POST', path, { body: { amount: 500 }, headers: { 'idempotency-key': key } });
  t.is((await refund('f1')).body.status, 'pending');
  t.is((await refund('f2')).status, 422);
  nowMs += 1_000;
  await sandbox.receiver.waitFor(({ type }) => type === 'refund.failed');
  const { body } = await sandbox.api('GET', `/v1/payments/${payment.id}`);
  t.is(body.amount_refunded, 0);
  t.is((await refund('f3')).body.status, 'pending');
});

test('finishes a pending refund by event', async (t) => {
  await using sandbox = await startTestSandbox();
  const { body: payment } = await sandbox.pay({ card_token: 'tok_refund_pending' });
  await sandbox.receiver.waitFor(({ type }) => type === 'payment.captured');
  await sandbox.api('POST', `/v1/payments/${payment.id}/refunds`, {
    body: {},
    headers: { 'idempotency-key': 'p1' },
  });
  const [event] = await sandbox.receiver.waitFor(({ type }) => type === 'refund.succeeded');
  t.like(JSON.parse(String(event?.rawBody)).data, {
    payment: { amount_refunded: 12_550 },
    refund: { status: 'succeeded' },
  });
});

test('refuses more payments than it may remember, until it is reset', async (t) => {
  await using sandbox = await startTestSandbox({ paymentsMax: 2 });
  await sandbox.pay();
  await sandbox.pay();
  const third = await sandbox.pay();
  t.is(third.status, 503);
  t.is(third.body.error.code, 'sandbox_full');
  await sandbox.api('POST', '/sandbox/reset');
  t.is((await sandbox.pay()).status, 201);
});

test('lists every payment page by page for a checker', async (t) => {
  await using sandbox = await startTestSandbox();
  const made: string[] = [];
  for (let count = 0; count < 5; count += 1) made.push((await sandbox.pay()).body.id);
  const listed: string[] = [];
  let after = '';
  do {
    const { body } = await sandbox.api('GET', `/sandbox/payments?limit=2${after}`);
    listed.push(...body.data.map(({ id }: { id: string }) => id));
    after = body.next === null ? '' : `&after=${body.next}`;
  } while (after !== '');
  t.deepEqual(listed, made);
});

test('answers malformed and oversized bodies without doing anything', async (t) => {
  await using sandbox = await startTestSandbox();
  const post = (body: string) =>
    fetch(`${sandbox.url}/v1/payments`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer test-api-key',
        'content-type': 'application/json',
        'idempotency-key': 'x',
      },
      body,
    });
  t.is((await post('{"amount":')).status, 400);
  t.is((await post(JSON.stringify({ reference: 'x'.repeat(100_000) }))).status, 400);
});
