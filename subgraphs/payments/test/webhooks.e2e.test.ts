import { createUuidV7 } from '@plaza/kit/uuid';
import { testWebhookSecret } from '../src/sandbox/test-kit/start-test-sandbox.ts';
import { signWebhook } from '../src/sandbox/webhook-signature.ts';
import { eventually, type TestPayments, testWithPayments } from './kit/test-payments.ts';

// Nothing but webhooks moves these payments.
const test = testWithPayments({ reconcileDelayMs: 600_000 });

function untilStatus({ prisma }: TestPayments, id: string, status: string) {
  return eventually(async () => {
    const payment = await prisma.payment.findUniqueOrThrow({ where: { id } });
    return payment.status === status ? payment : undefined;
  }, `payment ${id} to be ${status}`);
}

async function eventsOf({ sandbox, prisma }: TestPayments, id: string) {
  const { providerReference } = await prisma.payment.findUniqueOrThrow({ where: { id } });
  const { body } = await sandbox.api('GET', '/sandbox/events?limit=1000');
  return body.data.filter(
    (event: { payment_id: string }) => event.payment_id === providerReference,
  );
}

test.serial('webhooks that come twice, late and last first move a payment once', async (t) => {
  const heard = await t.context.subgraph.messaging.collect(['payment.captured']);
  await t.context.sandbox.setFaults({
    webhooks: { duplicates: 3, delay_ms: 50, jitter_ms: 100, reorder_group: 2 },
  });
  const orderId = await t.context.createOrder();
  const { payment } = await t.context.pay(orderId, 'tok_visa');
  await untilStatus(t.context, payment.id, 'CAPTURED');
  await eventually(async () => {
    const events = await eventsOf(t.context, payment.id);
    return events.every(({ state }: { state: string }) => state === 'delivered') ? true : undefined;
  });
  await t.context.sandbox.api('DELETE', '/sandbox/faults');
  await t.context.sandbox.setFaults({ webhooks: { duplicates: 0, reorder_group: 0 } });
  for (const event of await eventsOf(t.context, payment.id)) {
    await t.context.sandbox.api('POST', `/sandbox/events/${event.id}/deliver`, { body: {} });
  }
  await heard.waitFor('payment.captured', (captured) => captured.paymentId === payment.id);
  const after = await t.context.createOrder();
  const second = await t.context.pay(after, 'tok_visa');
  await heard.waitFor('payment.captured', (captured) => captured.paymentId === second.payment.id);
  const ofFirst = heard.all.filter(
    ({ payload }) => (payload as { paymentId: string }).paymentId === payment.id,
  );
  t.is(ofFirst.length, 1);
  const { count } = await t.context.prisma.providerEvent.deleteMany({});
  t.true(count >= 4);
});

test.serial(
  'a webhook that is signed wrongly, late or not at all is refused and changes nothing',
  async (t) => {
    const orderId = await t.context.createOrder();
    await t.context.sandbox.setFaults({ webhooks: { drop_next: 2 } });
    const { payment } = await t.context.pay(orderId, 'tok_visa');
    const post = async (headers: Record<string, string>, payload: string) => {
      const response = await t.context.subgraph.app.inject({
        method: 'POST',
        url: '/webhooks/payments',
        headers: { 'content-type': 'application/json', ...headers },
        payload,
      });
      return [response.statusCode, response.body === '' ? null : response.json().reason];
    };
    const body = '{"id":"evt_1","type":"payment.captured"}';
    const signature = (secret: string, atMs = Date.now()) => ({
      'sandbox-signature': signWebhook(body, secret, atMs),
    });
    t.deepEqual(await post({}, body), [401, 'signature_missing']);
    t.deepEqual(await post(signature('another-secret'), body), [401, 'signature_wrong']);
    const old = signature(testWebhookSecret, Date.now() - 3_600_000);
    t.deepEqual(await post(old, body), [401, 'outside_tolerance']);
    t.deepEqual(await post(signature(testWebhookSecret), `${body} `), [401, 'signature_wrong']);
    t.deepEqual(await post(signature(testWebhookSecret), body), [401, 'body_malformed']);
    const unknown = '{"id":"evt_2","type":"dispute.opened"}';
    const signed = { 'sandbox-signature': signWebhook(unknown, testWebhookSecret, Date.now()) };
    t.deepEqual(await post(signed, unknown), [204, null]);
    const row = await t.context.prisma.payment.findUniqueOrThrow({ where: { id: payment.id } });
    t.is(row.status, 'PENDING');
  },
);

test.serial('a webhook while the provider cannot be asked is offered again', async (t) => {
  const orderId = await t.context.createOrder();
  await t.context.sandbox.setFaults({ capture_delay_ms: 150, webhooks: { drop_next: 1 } });
  const { payment } = await t.context.pay(orderId, 'tok_visa');
  await t.context.sandbox.setFaults({ outage: { mode: 'unavailable', for_ms: 500 } });
  await untilStatus(t.context, payment.id, 'CAPTURED');
  await t.context.sandbox.api('DELETE', '/sandbox/faults');
  t.pass();
});

test.serial('a webhook of a payment that is not ours is acknowledged', async (t) => {
  const { body } = await t.context.sandbox.pay({ reference: createUuidV7() });
  const state = await eventually(async () => {
    const events = await t.context.sandbox.api('GET', '/sandbox/events?limit=1000');
    const own = events.body.data.filter(
      (event: { payment_id: string }) => event.payment_id === body.id,
    );
    return own.every((event: { state: string }) => event.state === 'delivered')
      ? 'delivered'
      : undefined;
  });
  t.is(state, 'delivered');
});
