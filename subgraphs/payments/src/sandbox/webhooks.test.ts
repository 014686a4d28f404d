import { createHmac } from 'node:crypto';
import test from 'ava';
import {
  startTestSandbox,
  type TestSandbox,
  testWebhookSecret,
} from './test-kit/start-test-sandbox.ts';
import type { ReceivedWebhook } from './test-kit/webhook-receiver.ts';
import { signWebhook } from './webhook-signature.ts';

function isSignedWith(secret: string, { headers, rawBody }: ReceivedWebhook): boolean {
  const [, seconds, mac] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['sandbox-signature'])) ?? [];
  return createHmac('sha256', secret).update(`${seconds}.${rawBody}`).digest('hex') === mac;
}

async function stateOf(sandbox: TestSandbox, eventId: string): Promise<string> {
  const { body } = await sandbox.api('GET', '/sandbox/events?limit=1000');
  return body.data.find(({ id }: { id: string }) => id === eventId)?.state;
}

test('signs time and body with HMAC-SHA-256', (t) => {
  const header = signWebhook('{"id":"evt_1"}', 'whsec', 1_767_225_600_999);
  const mac = 'bc5fc0c85a403f8db4e0bf59acc29c2e6c2ae54ab5ab59d324246c9ca5bd3380'; // by Python's hmac
  t.is(header, `t=1767225600,v1=${mac}`);
});

test('signs each delivery over the bytes that it sends', async (t) => {
  await using sandbox = await startTestSandbox();
  await sandbox.pay();
  const events = await sandbox.receiver.waitFor(() => true, 2);
  t.true(events.every((event) => isSignedWith(testWebhookSecret, event)));
});

test('offers an event again until it is accepted, always the same bytes', async (t) => {
  await using sandbox = await startTestSandbox();
  sandbox.receiver.answerNext([500, 429, 302]);
  await sandbox.pay({ card_token: 'tok_declined' });
  const offers = await sandbox.receiver.waitFor(() => true, 4);
  t.is(new Set(offers.map(({ rawBody }) => rawBody.toString())).size, 1);
  t.is(offers.length, 4);
});

test('gives an event up after its last attempt', async (t) => {
  await using sandbox = await startTestSandbox({ webhookAttemptsMax: 3 });
  sandbox.receiver.answerNext([500, 500, 500]);
  await sandbox.pay({ card_token: 'tok_declined' });
  const [event] = await sandbox.receiver.waitFor(() => true, 3);
  let state = 'pending';
  while (state === 'pending') state = await stateOf(sandbox, String(event?.id));
  t.is(state, 'failed');
  t.is(sandbox.receiver.received.filter(({ id }) => id === event?.id).length, 3);
});

test('delivers an event once the receiver is back', async (t) => {
  await using sandbox = await startTestSandbox();
  sandbox.receiver.answerNext([0, 0, 0]);
  const { body } = await sandbox.pay({ card_token: 'tok_declined' });
  const offers = await sandbox.receiver.waitFor(({ paymentId }) => paymentId === body.id, 4);
  let state = 'pending';
  while (state === 'pending') state = await stateOf(sandbox, String(offers[0]?.id));
  t.is(state, 'delivered');
});

test('delivers each event several times on demand', async (t) => {
  await using sandbox = await startTestSandbox();
  await sandbox.setFaults({ webhooks: { duplicates: 2 } });
  await sandbox.pay({ card_token: 'tok_declined' });
  const copies = await sandbox.receiver.waitFor(() => true, 3);
  t.is(new Set(copies.map(({ id }) => id)).size, 1);
});

test('delivers events last first on demand', async (t) => {
  await using sandbox = await startTestSandbox();
  await sandbox.setFaults({ webhooks: { reorder_group: 2 } });
  await sandbox.pay();
  const events = await sandbox.receiver.waitFor(() => true, 2);
  t.deepEqual(
    events.map(({ type }) => type),
    ['payment.captured', 'payment.processing'],
  );
});

test('delivers late on demand', async (t) => {
  await using sandbox = await startTestSandbox();
  await sandbox.setFaults({ webhooks: { delay_ms: 150 } });
  const startedMs = Date.now();
  await sandbox.pay({ card_token: 'tok_declined' });
  const [event] = await sandbox.receiver.waitFor(() => true);
  t.true(Number(event?.atMs) - startedMs >= 150);
});

test('never delivers dropped events, though the payment goes on', async (t) => {
  await using sandbox = await startTestSandbox();
  await sandbox.setFaults({ webhooks: { drop_next: 1 } });
  const { body } = await sandbox.pay({ card_token: 'tok_declined' });
  await sandbox.pay({ card_token: 'tok_instant' });
  await sandbox.receiver.waitFor(({ type }) => type === 'payment.captured');
  t.false(sandbox.receiver.received.some(({ paymentId }) => paymentId === body.id));
  const { body: events } = await sandbox.api('GET', '/sandbox/events');
  t.like(events.data[0], { payment_id: body.id, type: 'payment.declined', state: 'dropped' });
});

test('signs wrongly and with an old time on demand, then rightly', async (t) => {
  await using sandbox = await startTestSandbox();
  await sandbox.setFaults({ webhooks: { wrong_signature_next: 1, stale_timestamp_next: 1 } });
  sandbox.receiver.answerNext([401, 401]);
  await sandbox.pay({ card_token: 'tok_declined' });
  const [wrong, stale, right] = await sandbox.receiver.waitFor(() => true, 3);
  if (!wrong || !stale || !right) return t.fail();
  t.false(isSignedWith(testWebhookSecret, wrong));
  t.true(isSignedWith(testWebhookSecret, stale));
  const ageOf = ({ headers, atMs }: ReceivedWebhook) =>
    atMs / 1_000 - Number(/^t=(\d+)/.exec(String(headers['sandbox-signature']))?.[1]);
  t.true(ageOf(stale) >= 3_600);
  t.true(isSignedWith(testWebhookSecret, right) && ageOf(right) < 60);
});

test('delivers any event again when asked, with the signature asked for', async (t) => {
  await using sandbox = await startTestSandbox();
  await sandbox.pay({ card_token: 'tok_declined' });
  const [event] = await sandbox.receiver.waitFor(() => true);
  const path = `/sandbox/events/${event?.id}/deliver`;
  t.is((await sandbox.api('POST', path, { body: { signature: 'wrong' } })).status, 202);
  const [, copy] = await sandbox.receiver.waitFor(() => true, 2);
  t.is(copy?.id, event?.id);
  t.false(copy !== undefined && isSignedWith(testWebhookSecret, copy));
  t.is((await sandbox.api('POST', '/sandbox/events/evt_none/deliver', { body: {} })).status, 404);
});
