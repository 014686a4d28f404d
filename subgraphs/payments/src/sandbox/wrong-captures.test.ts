import test from 'ava';
import { startTestSandbox } from './test-kit/start-test-sandbox.ts';

const wrongCaptures = [
  ['tok_captures_half', 6_275, 'MXN'],
  ['tok_captures_double', 25_100, 'MXN'],
  ['tok_captures_dollars', 12_550, 'USD'],
] as const;

for (const [card_token, amount_captured, currency] of wrongCaptures) {
  test(`${card_token} captures ${amount_captured} ${currency} of 12550 MXN, and gives it back`, async (t) => {
    await using sandbox = await startTestSandbox();
    const { body } = await sandbox.pay({ card_token });
    t.like(body, { status: 'processing', amount: 12_550, currency: 'MXN', amount_captured: 0 });
    await sandbox.receiver.waitFor(({ type }) => type === 'payment.captured');
    const headers = { 'idempotency-key': 'refund-1' };
    await sandbox.api('POST', `/v1/payments/${body.id}/refunds`, { body: {}, headers });
    const { body: later } = await sandbox.api('GET', `/v1/payments/${body.id}`);
    t.like(later, { amount_captured, amount_refunded: amount_captured, currency });
  });
}

test('makes two payments of one call for the cards that stand for that error', async (t) => {
  await using sandbox = await startTestSandbox({ captureDelayMs: 60_000 });
  const statuses = async (card_token: string, reference: string) => {
    await sandbox.pay({ card_token, reference }, { 'idempotency-key': reference });
    await sandbox.pay({ card_token, reference }, { 'idempotency-key': reference });
    const { body } = await sandbox.api('GET', `/v1/payments?reference=${reference}`);
    return body.data.map(({ status }: { status: string }) => status);
  };
  t.deepEqual(await statuses('tok_charged_twice', 'order-c'), ['captured', 'captured']);
  t.deepEqual(await statuses('tok_made_twice', 'order-d'), ['processing', 'processing']);
});
