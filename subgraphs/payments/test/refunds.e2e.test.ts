import { createUuidV7 } from '@plaza/kit/uuid';
import type { OrderCancelled, RefundRequested } from '@plaza/schema/events';
import {
  asAdministrator,
  asAna,
  asSeller,
  eventually,
  newOrder,
  type TestPayments,
  testWithPayments,
} from './kit/test-payments.ts';

const test = testWithPayments();

const refundMutation = `mutation ($paymentId: ID!, $amountMinor: Int, $key: String!) {
  refundPayment(paymentId: $paymentId, amountMinor: $amountMinor, idempotencyKey: $key) {
    __typename
    ... on RefundAccepted { refund { id status amount { amountMinor } } payment { status refunded { amountMinor } } }
    ... on RefundTooLarge { refundable { amountMinor } }
    ... on PaymentNotRefundable { payment { status } }
  } }`;

function refund(
  { run }: TestPayments,
  paymentId: string,
  amountMinor: number | null,
  key = createUuidV7(),
) {
  return run(refundMutation, { paymentId, amountMinor, key }, asAdministrator);
}

async function paidOrder(context: TestPayments, token = 'tok_instant') {
  const orderId = await context.createOrder();
  const { payment } = await context.pay(orderId, token);
  await untilPayment(context, payment.id, ({ status }) => status === 'CAPTURED');
  return { orderId, paymentId: payment.id as string };
}

function untilPayment(
  { prisma }: TestPayments,
  id: string,
  fits: (payment: { status: string; refundedMinor: number }) => boolean,
) {
  return eventually(async () => {
    const payment = await prisma.payment.findUniqueOrThrow({ where: { id } });
    return fits(payment) ? payment : undefined;
  }, `payment ${id}`);
}

async function atProvider({ sandbox }: TestPayments, paymentId: string) {
  const { body } = await sandbox.api('GET', `/v1/payments?reference=${paymentId}`);
  const [payment] = body.data;
  return { captured: payment.amount_captured, refunded: payment.amount_refunded };
}

const cancelled = (orderId: string): OrderCancelled => ({
  orderId,
  buyerId: asAna.userId,
  reason: 'EXPIRED',
});

test.serial(
  'part goes back, then the rest, then the payment is refunded and takes no more',
  async (t) => {
    const heard = await t.context.subgraph.messaging.collect(['payment.refunded']);
    const { orderId, paymentId } = await paidOrder(t.context);
    t.like(await refund(t.context, paymentId, 30_000), {
      __typename: 'RefundAccepted',
      refund: { status: 'SUCCEEDED', amount: { amountMinor: 30_000 } },
      payment: { status: 'CAPTURED', refunded: { amountMinor: 30_000 } },
    });
    t.deepEqual(await refund(t.context, paymentId, 70_001), {
      __typename: 'RefundTooLarge',
      refundable: { amountMinor: 70_000 },
    });
    t.like(await refund(t.context, paymentId, null), { payment: { status: 'REFUNDED' } });
    t.is((await refund(t.context, paymentId, 1)).__typename, 'PaymentNotRefundable');
    const { payload } = await heard.waitFor(
      'payment.refunded',
      ({ refundedTotalMinor }) => refundedTotalMinor === 100_000,
    );
    t.like(payload, { orderId, paymentId, amountMinor: 70_000, refundRequestId: null });
    t.deepEqual(await atProvider(t.context, paymentId), { captured: 100_000, refunded: 100_000 });
  },
);

test.serial('refunds at the same moment never give back more than was captured', async (t) => {
  const { paymentId } = await paidOrder(t.context);
  const results = await Promise.all(
    Array.from({ length: 10 }, () => refund(t.context, paymentId, 30_000)),
  );
  const accepted = results.filter(({ __typename }) => __typename === 'RefundAccepted');
  t.is(accepted.length, 3);
  await untilPayment(t.context, paymentId, ({ refundedMinor }) => refundedMinor === 90_000);
  t.deepEqual(await atProvider(t.context, paymentId), { captured: 100_000, refunded: 90_000 });
});

test.serial('the same key refunds once; other input with it is refused', async (t) => {
  const { paymentId } = await paidOrder(t.context);
  const key = createUuidV7();
  const results = await Promise.all(
    Array.from({ length: 5 }, () => refund(t.context, paymentId, 10_000, key)),
  );
  t.is(new Set(results.map((result) => result.refund.id)).size, 1);
  t.is((await refund(t.context, paymentId, 20_000, key)).__typename, 'PaymentKeyReused');
  await untilPayment(t.context, paymentId, ({ refundedMinor }) => refundedMinor === 10_000);
  t.deepEqual(await atProvider(t.context, paymentId), { captured: 100_000, refunded: 10_000 });
});

test.serial('a refund whose answer is lost is sent again and given once', async (t) => {
  const { paymentId } = await paidOrder(t.context);
  await t.context.sandbox.setFaults({
    outage: { mode: 'lose_answer', calls: 3 },
    webhooks: { drop_next: 5 },
  });
  t.is((await refund(t.context, paymentId, null)).refund.status, 'REQUESTED');
  await untilPayment(t.context, paymentId, ({ status }) => status === 'REFUNDED');
  await t.context.sandbox.api('DELETE', '/sandbox/faults');
  await t.context.sandbox.setFaults({ webhooks: { drop_next: 0 } });
  t.deepEqual(await atProvider(t.context, paymentId), { captured: 100_000, refunded: 100_000 });
});

test.serial(
  'a refund that the provider settles late ends by its webhook, either way',
  async (t) => {
    const pending = await paidOrder(t.context, 'tok_refund_pending');
    await refund(t.context, pending.paymentId, null);
    await untilPayment(t.context, pending.paymentId, ({ status }) => status === 'REFUNDED');
    const failing = await paidOrder(t.context, 'tok_refund_fails');
    const { refund: begun } = await refund(t.context, failing.paymentId, 40_000);
    await eventually(async () => {
      const row = await t.context.prisma.refund.findUniqueOrThrow({ where: { id: begun.id } });
      return row.status === 'FAILED' ? row : undefined;
    });
    const row = await t.context.prisma.payment.findUniqueOrThrow({
      where: { id: failing.paymentId },
    });
    t.like(row, { status: 'CAPTURED', refundedMinor: 0, refundReservedMinor: 0 });
  },
);

test.serial('refundPayment needs scope payment:write', async (t) => {
  const { paymentId } = await paidOrder(t.context);
  const variables = { paymentId, amountMinor: 1, key: createUuidV7() };
  const codes = await Promise.all(
    [undefined, asAna, asSeller].map(async (viewer) => {
      const operation = { query: refundMutation, variables, ...(viewer && { viewer }) };
      return (await t.context.subgraph.execute(operation)).errors?.[0]?.extensions?.code;
    }),
  );
  t.deepEqual(codes, ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN']);
});

test.serial('money that was captured before the order was cancelled goes back once', async (t) => {
  const { orderId, paymentId } = await paidOrder(t.context);
  const { messaging } = t.context.subgraph;
  await Promise.all([
    messaging.publish('order.cancelled', cancelled(orderId)),
    messaging.publish('order.cancelled', cancelled(orderId)),
  ]);
  await untilPayment(t.context, paymentId, ({ status }) => status === 'REFUNDED');
  t.deepEqual(await atProvider(t.context, paymentId), { captured: 100_000, refunded: 100_000 });
  t.is(await t.context.prisma.refund.count({ where: { paymentId } }), 1);
});

test.serial('money that is captured after the order was cancelled goes back once', async (t) => {
  await t.context.sandbox.setFaults({ capture_delay_ms: 600 });
  const orderId = await t.context.createOrder();
  const { payment } = await t.context.pay(orderId, 'tok_visa');
  // The provider is out of reach while the order ends, so the payment cannot be called off in time.
  await t.context.sandbox.setFaults({ outage: { mode: 'unavailable', for_ms: 1_200 } });
  await t.context.subgraph.messaging.publish('order.cancelled', cancelled(orderId));
  await eventually(async () => {
    const row = await t.context.prisma.payableOrder.findUniqueOrThrow({ where: { orderId } });
    return row.status === 'CANCELLED' ? row : undefined;
  });
  await untilPayment(t.context, payment.id, ({ status }) => status === 'PENDING');
  await untilPayment(t.context, payment.id, ({ status }) => status === 'REFUNDED');
  await t.context.sandbox.api('DELETE', '/sandbox/faults');
  t.deepEqual(await atProvider(t.context, payment.id), { captured: 100_000, refunded: 100_000 });
  const refunds = await t.context.prisma.refund.findMany({ where: { paymentId: payment.id } });
  t.deepEqual(
    refunds.map(({ reason }) => reason),
    ['LATE_PAYMENT'],
  );
  t.like(await t.context.pay(orderId, 'tok_visa'), { refusal: 'CANCELLED' });
});

test.serial(
  'a payment under way is called off at the provider when the order is cancelled',
  async (t) => {
    const orderId = await t.context.createOrder();
    const { payment } = await t.context.pay(orderId, 'tok_challenge');
    await t.context.subgraph.messaging.publish('order.cancelled', cancelled(orderId));
    await untilPayment(t.context, payment.id, ({ status }) => status === 'CANCELLED');
    t.deepEqual(await atProvider(t.context, payment.id), { captured: 0, refunded: 0 });
  },
);

test.serial(
  'money that comes for a payment that was given up goes back, and is not counted',
  async (t) => {
    const orderId = await t.context.createOrder();
    const { payment } = await t.context.pay(orderId, 'tok_timeout_not_received');
    await untilPayment(t.context, payment.id, ({ status }) => status === 'FAILED');
    // The call was under way all the time, and arrives now.
    await t.context.sandbox.pay({ amount: 100_000, reference: payment.id, card_token: 'tok_visa' });
    await eventually(async () =>
      (await atProvider(t.context, payment.id)).refunded === 100_000 ? true : undefined,
    );
    const row = await t.context.prisma.payment.findUniqueOrThrow({ where: { id: payment.id } });
    t.like(row, { status: 'FAILED', refundedMinor: 0 });
    t.is(
      await t.context.prisma.refund.count({ where: { paymentId: payment.id, isStray: true } }),
      1,
    );
  },
);

test.serial('an order that is cancelled before it is known stays so', async (t) => {
  const order = newOrder();
  const { messaging } = t.context.subgraph;
  await messaging.publish('order.cancelled', cancelled(order.orderId));
  const where = { orderId: order.orderId };
  await eventually(
    async () => (await t.context.prisma.payableOrder.findUnique({ where })) ?? undefined,
  );
  t.like(await t.context.pay(order.orderId, 'tok_visa'), { refusal: 'CANCELLED' });
  await messaging.publish('order.created', order);
  await eventually(async () => {
    const row = await t.context.prisma.payableOrder.findUniqueOrThrow({ where });
    return row.totalMinor === null ? undefined : row;
  });
  t.like(await t.context.pay(order.orderId, 'tok_visa'), { refusal: 'CANCELLED' });
});

test.serial(
  'ticketing asks for money back: once per request, never more than there is',
  async (t) => {
    const heard = await t.context.subgraph.messaging.collect(['payment.refunded']);
    const { orderId, paymentId } = await paidOrder(t.context);
    const { messaging } = t.context.subgraph;
    const ask = (changes: Partial<RefundRequested>) =>
      messaging.publish('refund.requested', {
        refundRequestId: createUuidV7(),
        orderId,
        amountMinor: 25_000,
        reason: 'BUYER',
        requestedBy: asAna.userId,
        ...changes,
      });
    const refundRequestId = createUuidV7();
    await Promise.all([
      ask({ refundRequestId }),
      ask({ refundRequestId }),
      ask({ refundRequestId }),
    ]);
    const { payload } = await heard.waitFor('payment.refunded', (sent) => sent.orderId === orderId);
    t.like(payload, { refundRequestId, amountMinor: 25_000, refundedTotalMinor: 25_000 });
    await ask({ amountMinor: 999_999 });
    await untilPayment(t.context, paymentId, ({ status }) => status === 'REFUNDED');
    t.deepEqual(await atProvider(t.context, paymentId), { captured: 100_000, refunded: 100_000 });
    t.is(await t.context.prisma.refund.count({ where: { paymentId } }), 2);
  },
);

test.serial('a request that names a payment takes the money of no other', async (t) => {
  const { run, prisma, subgraph, createOrder } = t.context;
  const orderId = await createOrder({ channel: 'BOX_OFFICE', buyerId: null });
  const tenders = [
    { method: 'CARD', amountMinor: 60_000, currency: 'MXN' },
    { method: 'CASH', amountMinor: 40_000, currency: 'MXN' },
  ];
  const { payments } = await run(
    `mutation ($orderId: ID!, $tenders: [TenderInput!]!, $key: String!) {
      recordBoxOfficePayments(orderId: $orderId, tenders: $tenders, idempotencyKey: $key) {
        ... on BoxOfficePaid { payments { id method } } } }`,
    { orderId, tenders, key: createUuidV7() },
    asSeller,
  );
  const [card, cash] = ['CARD', 'CASH'].map(
    (wanted) => payments.find(({ method }: { method: string }) => method === wanted).id as string,
  );
  const ask = async (changes: Partial<RefundRequested>) => {
    const refundRequestId = createUuidV7();
    await subgraph.messaging.publish('refund.requested', {
      refundRequestId,
      orderId,
      amountMinor: 70_000,
      reason: 'LATE_PAYMENT',
      requestedBy: null,
      ...changes,
    });
    const where = { id: refundRequestId };
    await eventually(async () => (await prisma.refundRequest.findUnique({ where })) ?? undefined);
    const refunds = await prisma.refund.findMany({ where: { refundRequestId } });
    return refunds.map(({ paymentId, amountMinor }) => [paymentId, amountMinor]);
  };
  t.deepEqual(await ask({ paymentId: card ?? '' }), [[card, 60_000]]);
  t.deepEqual(await ask({ paymentId: card ?? '' }), [], 'that payment has no more');
  t.deepEqual(await ask({ amountMinor: 10_000 }), [[cash, 10_000]], 'as messages of before do');
  t.deepEqual(await ask({ amountMinor: null, paymentId: null }), [[cash, 30_000]]);
});
