import test from 'ava';
import { startTestSandbox } from './test-kit/start-test-sandbox.ts';

test('answers 503 for so many calls, does nothing, then works again', async (t) => {
  await using sandbox = await startTestSandbox();
  await sandbox.setFaults({ outage: { mode: 'unavailable', calls: 2 } });
  for (let call = 0; call < 2; call += 1) {
    const { body, headers, status } = await sandbox.pay();
    t.is(status, 503);
    t.is(body.error.code, 'service_unavailable');
    t.is(headers.get('retry-after'), '1');
  }
  t.is((await sandbox.pay()).status, 201);
  const { body } = await sandbox.api('GET', '/sandbox/payments');
  t.is(body.data.length, 1);
});

test('is away for so long, then works again', async (t) => {
  let nowMs = Date.now();
  await using sandbox = await startTestSandbox({}, { now: () => nowMs });
  await sandbox.setFaults({ outage: { mode: 'unavailable', for_ms: 60_000 } });
  nowMs += 59_999;
  t.is((await sandbox.pay()).status, 503);
  nowMs += 1;
  t.is((await sandbox.pay()).status, 201);
});

test('resets the connection without doing anything', async (t) => {
  await using sandbox = await startTestSandbox();
  await sandbox.setFaults({ outage: { mode: 'reset', calls: 1 } });
  await t.throwsAsync(sandbox.pay());
  const { body } = await sandbox.api('GET', '/sandbox/payments');
  t.is(body.data.length, 0);
});

test('hangs without doing anything, and cuts the connection in the end', async (t) => {
  await using sandbox = await startTestSandbox({ hangMs: 100 });
  await sandbox.setFaults({ outage: { mode: 'hang', calls: 1 } });
  await t.throwsAsync(sandbox.pay());
  const { body } = await sandbox.api('GET', '/sandbox/payments');
  t.is(body.data.length, 0);
});

test('does the call and loses the answer', async (t) => {
  await using sandbox = await startTestSandbox();
  await sandbox.setFaults({ outage: { mode: 'lose_answer', calls: 1 } });
  const request = { reference: 'order-1' };
  const key = { 'idempotency-key': 'lost' };
  await t.throwsAsync(sandbox.pay(request, key));
  const { body } = await sandbox.api('GET', '/v1/payments?reference=order-1');
  t.is(body.data.length, 1);
  t.is((await sandbox.pay(request, key)).body.id, body.data[0].id);
});

test('answers a slow card late', async (t) => {
  await using sandbox = await startTestSandbox({ slowAnswerMs: 120 });
  const startedMs = Date.now();
  t.is((await sandbox.pay({ card_token: 'tok_slow' })).status, 201);
  t.true(Date.now() - startedMs >= 119);
});

for (const card_token of ['tok_timeout_then_captured', 'tok_reset_then_captured']) {
  test(`captures ${card_token} though its answer is lost`, async (t) => {
    await using sandbox = await startTestSandbox({ hangMs: 50 });
    const request = { card_token, reference: 'order-2' };
    const key = { 'idempotency-key': 'once' };
    await t.throwsAsync(sandbox.pay(request, key));
    const [event] = await sandbox.receiver.waitFor(({ type }) => type === 'payment.captured');
    const repeated = await sandbox.pay(request, key);
    t.is(repeated.status, 201);
    t.is(repeated.body.id, event?.paymentId);
  });
}

test('never hears of a card whose call was lost on the way', async (t) => {
  await using sandbox = await startTestSandbox({ hangMs: 50 });
  const call = sandbox.pay({ card_token: 'tok_timeout_not_received', reference: 'order-3' });
  await t.throwsAsync(call);
  const { body } = await sandbox.api('GET', '/v1/payments?reference=order-3');
  t.deepEqual(body, { data: [] });
});

test('adds latency and changes the capture delay on demand', async (t) => {
  await using sandbox = await startTestSandbox();
  await sandbox.setFaults({ latency_ms: 80, capture_delay_ms: 60_000 });
  const startedMs = Date.now();
  const { body } = await sandbox.pay();
  t.true(Date.now() - startedMs >= 79);
  await sandbox.api('DELETE', '/sandbox/faults');
  await sandbox.pay();
  const [captured] = await sandbox.receiver.waitFor(({ type }) => type === 'payment.captured');
  t.not(captured?.paymentId, body.id);
});

test('shows which faults are on, and refuses faults that it does not know', async (t) => {
  await using sandbox = await startTestSandbox();
  await sandbox.setFaults({ outage: { mode: 'reset', calls: 3 }, webhooks: { duplicates: 1 } });
  await sandbox.setFaults({ webhooks: { delay_ms: 5 } });
  const { body } = await sandbox.api('GET', '/sandbox/faults');
  t.like(body, {
    outage: { mode: 'reset', calls_left: 3 },
    webhooks: { duplicates: 1, delay_ms: 5 },
  });
  for (const faults of [
    { outage: { mode: 'reset' } },
    { outage: { mode: 'fire', calls: 1 } },
    { x: 1 },
  ]) {
    t.is((await sandbox.api('POST', '/sandbox/faults', { body: faults })).status, 400);
  }
});
