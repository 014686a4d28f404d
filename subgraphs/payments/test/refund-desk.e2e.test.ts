import { createUuidV7 } from '@plaza/kit/uuid';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import {
  asAdministrator,
  asAna,
  asSeller,
  eventually,
  type TestPayments,
  testWithPayments,
} from './kit/test-payments.ts';

const test = testWithPayments();

const refundMutation = `mutation ($id: ID!, $amountMinor: Int, $key: String!) {
  refundPayment(paymentId: $id, amountMinor: $amountMinor, idempotencyKey: $key) {
    __typename ... on RefundAccepted { refund { id status } payment { status } } } }`;
const failedQuery = `{ failedRefunds(first: 100) { totalCount nodes {
  id status failureCode amount { amountMinor } payment { id status } } } }`;
const toHandOverQuery =
  '{ refundsToHandOver(first: 100) { nodes { id amount { amountMinor } payment { id method } } } }';
const retryMutation = `mutation ($id: ID!) { retryRefund(id: $id) { __typename
  ... on RefundAccepted { refund { id status } payment { id } }
  ... on RefundNotFailed { refund { status } } } }`;
const handoverMutation = `mutation ($id: ID!) { recordRefundHandover(refundId: $id) { __typename
  ... on RefundHandedOver { refund { id status payment { status } } }
  ... on RefundNotToHandOver { refund { status } } } }`;
const sellMutation = `mutation ($orderId: ID!, $tenders: [TenderInput!]!, $key: String!) {
  recordBoxOfficePayments(orderId: $orderId, tenders: $tenders, idempotencyKey: $key) {
    __typename ... on BoxOfficePaid { payments { id } } } }`;

function untilRefund({ prisma }: TestPayments, id: string, status: string) {
  return eventually(async () => {
    const row = await prisma.refund.findUniqueOrThrow({ where: { id } });
    return row.status === status ? row : undefined;
  }, `refund ${id} to be ${status}`);
}

async function refund({ run }: TestPayments, id: string, amountMinor: number | null = null) {
  return run(refundMutation, { id, amountMinor, key: createUuidV7() }, asAdministrator);
}

/** A refund that the provider took, and could not give after all. */
async function failedRefund(context: TestPayments) {
  const orderId = await context.createOrder();
  const { payment } = await context.pay(orderId, 'tok_refund_fails');
  await eventually(async () => {
    const row = await context.prisma.payment.findUniqueOrThrow({ where: { id: payment.id } });
    return row.status === 'CAPTURED' ? row : undefined;
  });
  const { refund: begun } = await refund(context, payment.id, 40_000);
  await untilRefund(context, begun.id, 'FAILED');
  return { orderId, paymentId: payment.id as string, refundId: begun.id as string };
}

/** Sold over the counter, all of it by one tender. */
async function soldOverCounter(context: TestPayments, method: string) {
  const sellerId = demoAccounts.seller.id;
  const orderId = await context.createOrder({ channel: 'BOX_OFFICE', buyerId: null, sellerId });
  const tenders = [{ method, amountMinor: 100_000, currency: 'MXN' }];
  const sale = await context.run(sellMutation, { orderId, tenders, key: createUuidV7() }, asSeller);
  return { orderId, paymentId: sale.payments[0].id as string };
}

async function listed({ run }: TestPayments, query: string, paymentId: string) {
  const { nodes } = await run(query, {}, asSeller);
  return nodes.filter(({ payment }: { payment: { id: string } }) => payment.id === paymentId);
}

test.serial('a refund that fails later is logged, audited and listed for staff', async (t) => {
  const { paymentId, refundId } = await failedRefund(t.context);
  const [found] = await listed(t.context, failedQuery, paymentId);
  t.deepEqual(found, {
    id: refundId,
    status: 'FAILED',
    failureCode: 'failed_at_provider',
    amount: { amountMinor: 40_000 },
    payment: { id: paymentId, status: 'CAPTURED' },
  });
  const lines = t.context.subgraph.logLines.filter((line) => line.includes(refundId));
  const line = lines.find((text) => text.includes('refund failed'));
  t.is(JSON.parse(line ?? '{}').level, 50, 'an error');
  const audit = await t.context.prisma.auditEntry.findMany({ where: { entityId: refundId } });
  t.deepEqual(
    audit.map(({ action, actorId }) => [action, actorId]),
    [['refund.failed', null]],
  );
});

test.serial('retryRefund sends the money once more, once, under another key', async (t) => {
  const { paymentId, refundId } = await failedRefund(t.context);
  const results = await Promise.all(
    Array.from({ length: 4 }, () =>
      t.context.run(retryMutation, { id: refundId }, asAdministrator),
    ),
  );
  const ids = new Set(results.map((result) => result.refund.id as string));
  t.is(ids.size, 1);
  const [retryId = ''] = ids;
  t.not(retryId, refundId);
  // The card of this test fails again: the new refund is listed in the place of the old one.
  await untilRefund(t.context, retryId, 'FAILED');
  const again = await listed(t.context, failedQuery, paymentId);
  t.deepEqual(
    again.map(({ id }: { id: string }) => id),
    [retryId],
  );
  const { providerReference } = await t.context.prisma.payment.findUniqueOrThrow({
    where: { id: paymentId },
  });
  const { body } = await t.context.sandbox.api('GET', `/v1/payments/${providerReference}`);
  t.deepEqual(
    body.refunds.map(({ reference }: { reference: string }) => reference),
    [refundId, retryId],
  );
});

test.serial('only a refund that failed can be retried', async (t) => {
  const orderId = await t.context.createOrder();
  const { payment } = await t.context.pay(orderId, 'tok_instant');
  const { refund: done } = await refund(t.context, payment.id);
  const retry = (id: string) => t.context.run(retryMutation, { id }, asAdministrator);
  t.like(await retry(done.id), { __typename: 'RefundNotFailed', refund: { status: 'SUCCEEDED' } });
  t.is((await retry(createUuidV7())).__typename, 'RefundNotFound');
});

for (const method of ['CASH', 'CARD', 'WIRE_TRANSFER']) {
  test.serial(`a refund by ${method} over the counter waits until it is handed over`, async (t) => {
    const heard = await t.context.subgraph.messaging.collect(['payment.refunded']);
    const { orderId, paymentId } = await soldOverCounter(t.context, method);
    await t.context.subgraph.messaging.publish('refund.requested', {
      refundRequestId: createUuidV7(),
      orderId,
      amountMinor: null,
      reason: 'SCHEDULE_CANCELLED',
      requestedBy: null,
    });
    const [waiting] = await eventually(async () => {
      const found = await listed(t.context, toHandOverQuery, paymentId);
      return found.length > 0 ? found : undefined;
    });
    t.like(waiting, { amount: { amountMinor: 100_000 }, payment: { method } });
    const before = await t.context.prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
    t.like(before, { status: 'CAPTURED', refundedMinor: 0, refundReservedMinor: 100_000 });
    const sent = () =>
      heard.all.filter(({ payload }) => 'orderId' in payload && payload.orderId === orderId);
    t.is(sent().length, 0);
    const record = () => t.context.run(handoverMutation, { id: waiting.id }, asSeller);
    const results = await Promise.all([record(), record(), record()]);
    t.deepEqual(results.map(({ __typename }) => __typename).sort(), [
      'RefundHandedOver',
      'RefundNotToHandOver',
      'RefundNotToHandOver',
    ]);
    await heard.waitFor('payment.refunded', (refunded) => refunded.orderId === orderId);
    t.is(sent().length, 1);
    const after = await t.context.prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
    t.is(after.status, 'REFUNDED');
    t.deepEqual(await listed(t.context, toHandOverQuery, paymentId), []);
  });
}

test.serial('money that the provider gives back cannot be recorded as handed over', async (t) => {
  const orderId = await t.context.createOrder();
  const { payment } = await t.context.pay(orderId, 'tok_instant');
  await t.context.sandbox.setFaults({ outage: { mode: 'unavailable', for_ms: 2_500 } });
  const { refund: begun } = await refund(t.context, payment.id);
  t.is(begun.status, 'REQUESTED');
  const recorded = await t.context.run(handoverMutation, { id: begun.id }, asSeller);
  t.like(recorded, { __typename: 'RefundNotToHandOver', refund: { status: 'REQUESTED' } });
  t.deepEqual(await listed(t.context, toHandOverQuery, payment.id), []);
  await untilRefund(t.context, begun.id, 'SUCCEEDED');
});

test.serial('the desk is for staff, each part for its scope', async (t) => {
  const codesOf = (query: string) =>
    Promise.all(
      [undefined, asAna, asSeller].map(async (viewer) => {
        const variables = query.startsWith('mutation') ? { id: createUuidV7() } : {};
        const operation = { query, variables, ...(viewer && { viewer }) };
        return (await t.context.subgraph.execute(operation)).errors?.[0]?.extensions?.code;
      }),
    );
  for (const query of [failedQuery, toHandOverQuery, handoverMutation]) {
    t.deepEqual(await codesOf(query), ['UNAUTHENTICATED', 'FORBIDDEN', undefined]);
  }
  t.deepEqual(await codesOf(retryMutation), ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN']);
});
