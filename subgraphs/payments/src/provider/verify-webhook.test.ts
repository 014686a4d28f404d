import test from 'ava';
import { signWebhook } from '../sandbox/webhook-signature.ts';
import { verifyWebhook } from './verify-webhook.ts';

const nowMs = 1_767_225_600_000;
const rules = { secrets: ['whsec-one'], toleranceMs: 300_000 };
const payment = {
  id: 'pay_1',
  status: 'captured',
  amount: 500,
  currency: 'MXN',
  amount_captured: 500,
  amount_refunded: 0,
  reference: 'order-1',
  metadata: {},
  card: { brand: 'visa', last4: '4242' },
  decline_code: null,
  challenge: null,
  return_url: null,
  refunds: [],
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:01.000Z',
};
const event = {
  id: 'evt_1',
  type: 'payment.captured',
  created_at: '2026-01-01T00:00:01.000Z',
  data: { payment },
};
const text = JSON.stringify(event);

function verify(body: string, signature: string | readonly string[] | undefined, atMs = nowMs) {
  const headers = { 'sandbox-signature': signature };
  return verifyWebhook({ rawBody: Buffer.from(body), headers }, rules, atMs);
}

const signed = (body: string, atMs = nowMs, secret = 'whsec-one') =>
  signWebhook(body, secret, atMs);

test('reads an event that the provider signed just now', (t) => {
  const verdict = verify(text, signed(text));
  t.like(verdict, {
    kind: 'verified',
    event: {
      id: 'evt_1',
      type: 'payment.captured',
      createdAt: new Date('2026-01-01T00:00:01.000Z'),
      payment: { id: 'pay_1', status: 'captured', capturedMinor: 500, challenge: null },
      refund: null,
    },
  });
});

test('refuses a body of which any byte was changed', (t) => {
  const signature = signed(text);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    const verdict = verifyWebhook(
      { rawBody: changed, headers: { 'sandbox-signature': signature } },
      rules,
      nowMs,
    );
    if (verdict.kind !== 'rejected' || verdict.reason !== 'signature_wrong') t.fail(`byte ${at}`);
  }
  t.is(verify(text, signature).kind, 'verified');
});

test('refuses a changed time, another secret and a signature of other bytes', (t) => {
  const moved = signed(text).replace(/^t=\d+/, `t=${nowMs / 1_000 + 1}`);
  for (const signature of [moved, signed(text, nowMs, 'whsec-two'), signed(`${text} `)]) {
    t.deepEqual(verify(text, signature), { kind: 'rejected', reason: 'signature_wrong' });
  }
});

test('accepts a signature up to the tolerance old or ahead, and none beyond', (t) => {
  const kindAt = (signedMs: number) => verify(text, signed(text, signedMs)).kind;
  t.is(kindAt(nowMs - 300_000), 'verified');
  t.is(kindAt(nowMs + 300_000), 'verified');
  for (const signedMs of [nowMs - 301_000, nowMs + 301_000]) {
    t.deepEqual(verify(text, signed(text, signedMs)), {
      kind: 'rejected',
      reason: 'outside_tolerance',
    });
  }
});

test('accepts either secret while one replaces the other', (t) => {
  const both = { ...rules, secrets: ['whsec-two', 'whsec-one'] };
  for (const secret of both.secrets) {
    const headers = { 'sandbox-signature': signed(text, nowMs, secret) };
    const verdict = verifyWebhook({ rawBody: Buffer.from(text), headers }, both, nowMs);
    t.is(verdict.kind, 'verified');
  }
  const [, right] = signed(text).split(',');
  const twice = `t=${nowMs / 1_000},v1=${'0'.repeat(64)},v0=old,${right}`;
  t.is(verify(text, twice).kind, 'verified');
});

test('verifies nothing without a secret', (t) => {
  const headers = { 'sandbox-signature': signed(text) };
  const verdict = verifyWebhook(
    { rawBody: Buffer.from(text), headers },
    { ...rules, secrets: [] },
    nowMs,
  );
  t.deepEqual(verdict, { kind: 'rejected', reason: 'signature_wrong' });
});

test('refuses headers that are none, twice there or not of the form', (t) => {
  t.deepEqual(verify(text, undefined), { kind: 'rejected', reason: 'signature_missing' });
  const good = signed(text);
  const malformed = [
    '',
    't=1',
    good.replace('t=', 't=x'),
    `${good},t=1`,
    `${good}${'x'.repeat(1_000)}`,
  ];
  for (const header of [...malformed, good.slice(0, -1), good.toUpperCase(), [good, good]]) {
    t.deepEqual(verify(text, header), { kind: 'rejected', reason: 'signature_malformed' });
  }
});

test('says so when signed bytes are no event', (t) => {
  const wrong = [
    'not json',
    '[]',
    JSON.stringify({ ...event, data: {} }),
    JSON.stringify({ ...event, data: { payment: { ...payment, status: 'melted' } } }),
    JSON.stringify({ ...event, data: { payment: { ...payment, amount: 1.5 } } }),
  ];
  for (const body of wrong) {
    t.deepEqual(verify(body, signed(body)), { kind: 'rejected', reason: 'body_malformed' });
  }
});

test('lets events of kinds that are not known pass as such', (t) => {
  const body = JSON.stringify({ id: 'evt_2', type: 'dispute.opened', data: { dispute: {} } });
  t.deepEqual(verify(body, signed(body)), {
    kind: 'verified',
    event: { id: 'evt_2', type: 'unrecognized' },
  });
});
