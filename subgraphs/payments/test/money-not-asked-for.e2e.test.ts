import { asAna, eventually, type TestPayments, testWithPayments } from './kit/test-payments.ts';

const test = testWithPayments({ lastLookAfterMs: 300 });

interface AtProvider {
  readonly id: string;
  readonly status: string;
  readonly amount_captured: number;
  readonly amount_refunded: number;
}

/** Everything that the provider has of one payment of ours. */
async function atProvider({ sandbox }: TestPayments, id: string): Promise<AtProvider[]> {
  return (await sandbox.api('GET', `/v1/payments?reference=${id}`)).body.data;
}

function untilPayment({ prisma }: TestPayments, id: string, status: string) {
  return eventually(async () => {
    const row = await prisma.payment.findUniqueOrThrow({ where: { id } });
    return row.status === status ? row : undefined;
  }, `payment ${id} to be ${status}`);
}

function untilRefunded({ prisma }: TestPayments, paymentId: string) {
  return eventually(async () => {
    const [refund] = await prisma.refund.findMany({ where: { paymentId } });
    return refund?.status === 'SUCCEEDED' ? refund : undefined;
  }, `money of payment ${paymentId} to be back`);
}

const wrongCaptures = [
  ['tok_captures_half', 50_000, 'MXN'],
  ['tok_captures_double', 200_000, 'MXN'],
  ['tok_captures_dollars', 100_000, 'USD'],
] as const;

for (const [cardToken, takenMinor, currency] of wrongCaptures) {
  test.serial(`${cardToken}: the payment fails, and all that was taken goes back`, async (t) => {
    const { prisma, subgraph, createOrder, pay } = t.context;
    const heard = await subgraph.messaging.collect(['payment.captured', 'payment.failed']);
    const orderId = await createOrder();
    const { payment } = await pay(orderId, cardToken);
    const row = await untilPayment(t.context, payment.id, 'FAILED');
    t.like(row, { failureReason: 'WRONG_AMOUNT', capturedAt: null, refundedMinor: 0 });
    const { payload } = await heard.waitFor('payment.failed', (sent) => sent.orderId === orderId);
    t.deepEqual(payload, { paymentId: payment.id, orderId, reason: 'WRONG_AMOUNT' });
    const refund = await untilRefunded(t.context, payment.id);
    t.like(refund, { amountMinor: takenMinor, currency, reason: 'WRONG_AMOUNT', isStray: true });
    const [taken] = await atProvider(t.context, payment.id);
    t.like(taken, { amount_captured: takenMinor, amount_refunded: takenMinor });
    const audit = await prisma.auditEntry.findMany({
      where: { entityId: payment.id, actorId: null },
      orderBy: { action: 'desc' },
    });
    t.like(audit, [
      {
        action: 'payment.wrong_amount',
        before: { amountMinor: 100_000, currency: 'MXN' },
        after: { amountMinor: takenMinor, currency },
      },
      {
        action: 'payment.stray_refunded',
        after: { refundId: refund.id, providerPaymentId: taken?.id ?? '' },
      },
    ]);
    const again = await pay(orderId, 'tok_instant');
    t.is(again.__typename, 'PaymentCaptured', 'the order can still be paid');
    await heard.waitFor('payment.captured', (sent) => sent.paymentId === again.payment.id);
    t.false(
      heard.all.some(({ type, payload: sent }) => {
        const isOfFailed = (sent as { paymentId: string }).paymentId === payment.id;
        return type === 'payment.captured' && isOfFailed;
      }),
    );
  });
}

test.serial('money that the provider takes twice for one payment goes back once', async (t) => {
  const { prisma, subgraph, sandbox, createOrder, pay } = t.context;
  const heard = await subgraph.messaging.collect(['payment.captured', 'payment.refunded']);
  await sandbox.setFaults({ webhooks: { duplicates: 3, jitter_ms: 50 } });
  const orderId = await createOrder();
  const { payment } = await pay(orderId, 'tok_charged_twice');
  const refund = await untilRefunded(t.context, payment.id);
  await sandbox.setFaults({ webhooks: { duplicates: 0, jitter_ms: 0 } });
  const row = await prisma.payment.findUniqueOrThrow({ where: { id: payment.id } });
  t.like(row, { status: 'CAPTURED', refundedMinor: 0, refundReservedMinor: 0 });
  const both = await atProvider(t.context, payment.id);
  t.deepEqual(
    both
      .map(({ id, amount_captured, amount_refunded }) => [
        id === row.providerReference,
        amount_captured,
        amount_refunded,
      ])
      .sort(),
    [
      [false, 100_000, 100_000],
      [true, 100_000, 0],
    ],
  );
  t.like(refund, { reason: 'CHARGED_TWICE', isStray: true, amountMinor: 100_000 });
  t.not(refund.providerPaymentId, row.providerReference);
  t.is(await prisma.refund.count({ where: { paymentId: payment.id } }), 1);
  await heard.waitFor('payment.captured', (sent) => sent.paymentId === payment.id);
  const told = heard.all.filter(
    ({ payload }) => (payload as { orderId: string }).orderId === orderId,
  );
  t.is(told.length, 1);
  const query = 'query ($id: ID!) { payment(id: $id) { refunds { reason providerPaymentId } } }';
  t.deepEqual(await t.context.run(query, { id: payment.id }, asAna), {
    refunds: [{ reason: 'CHARGED_TWICE', providerPaymentId: refund.providerPaymentId }],
  });
});

test.serial('a second payment at the provider is called off before it takes money', async (t) => {
  await t.context.sandbox.setFaults({ capture_delay_ms: 1_500 });
  const { payment } = await t.context.pay(await t.context.createOrder(), 'tok_made_twice');
  await untilPayment(t.context, payment.id, 'CAPTURED');
  await t.context.sandbox.setFaults({ capture_delay_ms: null });
  const both = await atProvider(t.context, payment.id);
  t.deepEqual(both.map(({ status }) => status).sort(), ['cancelled', 'captured']);
  t.is(await t.context.prisma.refund.count({ where: { paymentId: payment.id } }), 0);
});

test.serial('a second payment is found though all news of it is lost', async (t) => {
  const { prisma, sandbox, createOrder, pay } = t.context;
  await sandbox.setFaults({ webhooks: { drop_next: 100 } });
  const { payment } = await pay(await createOrder(), 'tok_charged_twice');
  await untilRefunded(t.context, payment.id);
  await sandbox.setFaults({ webhooks: { drop_next: 0 } });
  const taken = (await atProvider(t.context, payment.id)).map(
    ({ amount_captured, amount_refunded }) => amount_captured - amount_refunded,
  );
  t.deepEqual(taken.sort(), [0, 100_000].sort());
  const done = await eventually(async () => {
    const row = await prisma.payment.findUniqueOrThrow({ where: { id: payment.id } });
    return row.nextCheckAt === null ? row : undefined;
  }, 'the last look');
  t.is(done.status, 'CAPTURED');
});

test.serial('a second payment that cannot be called off now is tried again', async (t) => {
  const { sandbox, createOrder, pay } = t.context;
  await sandbox.setFaults({ capture_delay_ms: 2_000, webhooks: { delay_ms: 300 } });
  const { payment } = await pay(await createOrder(), 'tok_made_twice');
  await sandbox.setFaults({ outage: { mode: 'unavailable', for_ms: 900 } });
  await untilPayment(t.context, payment.id, 'CAPTURED');
  await sandbox.setFaults({ capture_delay_ms: null, webhooks: { delay_ms: 0 } });
  // Called off in time, or given back where the machine was too slow for that: kept it is not.
  await eventually(async () => {
    const both = await atProvider(t.context, payment.id);
    const areOver = both.every(({ status }) => status === 'captured' || status === 'cancelled');
    const keptMinor = both.reduce(
      (sum, { amount_captured, amount_refunded }) => sum + amount_captured - amount_refunded,
      0,
    );
    return areOver && keptMinor === 100_000 ? true : undefined;
  }, 'one of two payments to be kept');
  t.pass();
});
