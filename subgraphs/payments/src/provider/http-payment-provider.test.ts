import test from 'ava';
import { startTestSandbox } from '../sandbox/test-kit/start-test-sandbox.ts';
import { createTestProvider, paymentRequest } from './test-kit/create-test-provider.ts';

test.serial('creates a payment, hears of its capture, reads and refunds it', async (t) => {
  await using sandbox = await startTestSandbox();
  const { provider } = createTestProvider(sandbox.url);
  const outcome = await provider.createPayment(
    paymentRequest({ reference: 'order-1', metadata: { a: 'b' } }),
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
    const { provider } = createTestProvider(sandbox.url);
    t.like(await provider.createPayment(paymentRequest({ cardToken: 'tok_insufficient_funds' })), {
      kind: 'created',
      payment: { status: 'declined', declineCode: 'insufficient_funds' },
    });
    const returnUrl = 'http://localhost:3000/back';
    const challenged = await provider.createPayment(
      paymentRequest({ cardToken: 'tok_challenge', returnUrl }),
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
      const { provider } = createTestProvider(sandbox.url);
      const outcome = await provider.createPayment(
        paymentRequest({ cardToken, reference: 'order-2' }),
      );
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
    const { provider } = createTestProvider(sandbox.url, { attemptsMax: 1 });
    const intent = paymentRequest({ cardToken: 'tok_timeout_then_captured', reference: 'order-3' });
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
    const { provider } = createTestProvider(sandbox.url);
    const intent = paymentRequest({ cardToken: 'tok_timeout_not_received', reference: 'order-4' });
    t.deepEqual(await provider.createPayment(intent), { kind: 'unknown', reason: 'timeout' });
    t.deepEqual(await provider.findPayments('order-4'), { kind: 'found', payments: [] });
  },
);

test.serial('gets through an outage that ends while it tries', async (t) => {
  await using sandbox = await startTestSandbox();
  const { provider } = createTestProvider(sandbox.url);
  for (const mode of ['reset', 'lose_answer', 'hang']) {
    await sandbox.setFaults({ outage: { mode, calls: 2 } });
    const reference = `order-${mode}`;
    t.like(await provider.createPayment(paymentRequest({ reference })), { kind: 'created' }, mode);
    const found = await provider.findPayments(reference);
    t.is(found.kind === 'found' && found.payments.length, 1, mode);
  }
});

test.serial(
  'says unavailable, not unknown, while the provider says that it does nothing',
  async (t) => {
    await using sandbox = await startTestSandbox();
    const { provider } = createTestProvider(sandbox.url, { callTimeoutMs: 900 });
    await sandbox.setFaults({ outage: { mode: 'unavailable', calls: 9 } });
    const outcome = await provider.createPayment(paymentRequest());
    t.deepEqual(outcome, { kind: 'unavailable', reason: 'provider_down' });
  },
);

test.serial('does not repeat a refusal', async (t) => {
  await using sandbox = await startTestSandbox();
  const { provider, lines } = createTestProvider(sandbox.url);
  const refused = await provider.createPayment(paymentRequest({ amountMinor: 0 }));
  t.like(refused, { kind: 'refused', code: 'invalid_request' });
  const intent = paymentRequest();
  await provider.createPayment(intent);
  const reused = await provider.createPayment({ ...intent, amountMinor: 1 });
  t.like(reused, { kind: 'refused', code: 'idempotency_key_reused' });
  t.is(lines.length, 3);
});

test.serial('cancels before the capture, and says how it is when it is too late', async (t) => {
  await using sandbox = await startTestSandbox({ captureDelayMs: 60_000 });
  const { provider } = createTestProvider(sandbox.url);
  const created = await provider.createPayment(paymentRequest());
  const captured = await provider.createPayment(paymentRequest({ cardToken: 'tok_instant' }));
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
  const { provider } = createTestProvider(sandbox.url);
  t.deepEqual(await provider.getPayment('pay_none'), { kind: 'not_found' });
  t.deepEqual(await provider.getPayment('../sandbox/faults'), { kind: 'not_found' });
  t.deepEqual(await provider.cancelPayment('pay_none'), { kind: 'not_found' });
  const refund = { idempotencyKey: 'r', paymentId: 'pay_none', amountMinor: 1 };
  t.deepEqual(await provider.refundPayment(refund), { kind: 'not_found' });
});

test.serial('refunds once though the answer is lost, and never too much', async (t) => {
  await using sandbox = await startTestSandbox();
  const { provider } = createTestProvider(sandbox.url);
  const created = await provider.createPayment(
    paymentRequest({ cardToken: 'tok_instant', amountMinor: 900 }),
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
