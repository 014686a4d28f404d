import { createUuidV7 } from '@plaza/kit/uuid';
import {
  asAna,
  asLuis,
  asSeller,
  eventually,
  newOrder,
  payOrderMutation,
  type TestPayments,
  testWithPayments,
} from './kit/test-payments.ts';

const test = testWithPayments();

function untilStatus({ prisma }: TestPayments, id: string, status: string) {
  return eventually(async () => {
    const payment = await prisma.payment.findUniqueOrThrow({ where: { id } });
    return payment.status === status ? payment : undefined;
  }, `payment ${id} to be ${status}`);
}

async function providerPayments({ sandbox }: TestPayments, reference: string) {
  const { body } = await sandbox.api('GET', `/v1/payments?reference=${reference}`);
  return body.data;
}

test.serial(
  'a card is charged once, and ticketing hears of it with the journey of the order',
  async (t) => {
    const { messaging } = t.context.subgraph;
    const heard = await messaging.collect(['payment.captured']);
    const order = newOrder();
    const created = await messaging.publish('order.created', order);
    const result = await t.context.pay(order.orderId, 'tok_visa');
    t.is(result.__typename, 'PaymentProcessing');
    const payment = await untilStatus(t.context, result.payment.id, 'CAPTURED');
    t.truthy(payment.capturedAt);
    const { payload, correlationId, source } = await heard.waitFor('payment.captured');
    t.deepEqual(payload, {
      paymentId: payment.id,
      orderId: order.orderId,
      amountMinor: 100_000,
      currency: 'MXN',
      method: 'CARD',
    });
    t.deepEqual(
      { correlationId, source },
      { correlationId: created.correlationId, source: 'payments' },
    );
    const again = await t.context.pay(order.orderId, 'tok_visa');
    t.like(again, { __typename: 'OrderNotPayable', refusal: 'ALREADY_PAID' });
  },
);

test.serial(
  'the same key gives the same payment, also at the same moment; other input is refused',
  async (t) => {
    const orderId = await t.context.createOrder();
    const key = createUuidV7();
    const results = await Promise.all(
      Array.from({ length: 8 }, () => t.context.pay(orderId, 'tok_instant', key)),
    );
    const ids = new Set(results.map((result) => result.payment.id));
    t.is(ids.size, 1);
    t.is((await providerPayments(t.context, [...ids][0] as string)).length, 1);
    t.is(await t.context.prisma.payment.count({ where: { orderId } }), 1);
    const other = await t.context.pay(orderId, 'tok_mastercard', key);
    t.is(other.__typename, 'PaymentKeyReused');
    const secondOrder = await t.context.createOrder();
    t.is((await t.context.pay(secondOrder, 'tok_instant', key)).__typename, 'PaymentKeyReused');
  },
);

test.serial('two attempts at one order at the same moment make one payment', async (t) => {
  const orderId = await t.context.createOrder();
  const results = await Promise.all(
    Array.from({ length: 6 }, () => t.context.pay(orderId, 'tok_instant')),
  );
  const captured = results.filter(({ __typename }) => __typename === 'PaymentCaptured');
  t.is(captured.length, 1);
  t.is(await t.context.prisma.payment.count({ where: { orderId } }), 1);
});

for (const [token, reason] of [
  ['tok_declined', 'DECLINED'],
  ['tok_insufficient_funds', 'INSUFFICIENT_FUNDS'],
] as const) {
  test.serial(`${token} fails for ${reason}, and another card can pay`, async (t) => {
    const heard = await t.context.subgraph.messaging.collect(['payment.failed']);
    const orderId = await t.context.createOrder();
    const declined = await t.context.pay(orderId, token);
    t.like(declined, { __typename: 'PaymentDeclined', reason, payment: { status: 'FAILED' } });
    const { payload } = await heard.waitFor(
      'payment.failed',
      (failed) => failed.orderId === orderId,
    );
    t.is(payload.reason, reason);
    t.is((await t.context.pay(orderId, 'tok_instant')).__typename, 'PaymentCaptured');
  });
}

test.serial('an order takes ten failed cards and no more', async (t) => {
  const orderId = await t.context.createOrder();
  const reasons: string[] = [];
  for (let attempt = 1; attempt <= 11; attempt += 1) {
    const result = await t.context.pay(orderId, 'tok_declined');
    reasons.push(result.refusal ?? result.__typename);
  }
  t.deepEqual(reasons, [...Array(10).fill('PaymentDeclined'), 'TOO_MANY_ATTEMPTS']);
  t.like(await t.context.pay(orderId, 'tok_instant'), { refusal: 'TOO_MANY_ATTEMPTS' });
  t.is(await t.context.prisma.payment.count({ where: { orderId } }), 10);
});

test.serial('a challenge that is approved captures, one that is declined does not', async (t) => {
  for (const [choice, status] of [
    ['approve', 'CAPTURED'],
    ['decline', 'FAILED'],
  ] as const) {
    const orderId = await t.context.createOrder();
    const result = await t.context.pay(orderId, 'tok_challenge');
    t.is(result.__typename, 'ChallengeRequired');
    t.like(await t.context.pay(orderId, 'tok_visa'), {
      __typename: 'OrderNotPayable',
      refusal: 'PAYMENT_IN_PROGRESS',
      openPayment: { id: result.payment.id },
    });
    await fetch(`${result.url}/${choice}`, { method: 'POST' });
    const payment = await untilStatus(t.context, result.payment.id, status);
    t.is(payment.failureReason, choice === 'decline' ? 'CHALLENGE_FAILED' : null);
  }
});

for (const token of ['tok_timeout_then_captured', 'tok_reset_then_captured'] as const) {
  test.serial(`${token}: nobody knows at first, and it ends captured, charged once`, async (t) => {
    const orderId = await t.context.createOrder();
    const result = await t.context.pay(orderId, token);
    t.true(['PaymentProcessing', 'PaymentCaptured'].includes(result.__typename));
    await untilStatus(t.context, result.payment.id, 'CAPTURED');
    t.is((await providerPayments(t.context, result.payment.id)).length, 1);
  });
}

test.serial(
  'a call that the provider never got is given up, and the order can be paid again',
  async (t) => {
    const orderId = await t.context.createOrder();
    const result = await t.context.pay(orderId, 'tok_timeout_not_received');
    t.is(result.__typename, 'PaymentProcessing');
    const payment = await untilStatus(t.context, result.payment.id, 'FAILED');
    t.is(payment.failureReason, 'PROVIDER_UNAVAILABLE');
    t.is((await t.context.pay(orderId, 'tok_instant')).__typename, 'PaymentCaptured');
  },
);

test.serial('a provider that is down charges nothing and says so', async (t) => {
  const orderId = await t.context.createOrder();
  await t.context.sandbox.setFaults({ outage: { mode: 'unavailable', calls: 3 } });
  const result = await t.context.pay(orderId, 'tok_instant');
  t.is(result.__typename, 'PaymentProviderAway');
  await t.context.sandbox.api('DELETE', '/sandbox/faults');
  await eventually(async () => {
    const again = await t.context.pay(orderId, 'tok_instant');
    return again.__typename === 'PaymentCaptured' ? true : undefined; // once the circuit closes
  });
  t.pass();
});

test.serial(
  'an answer that is lost on the way is found by reconciliation without webhooks',
  async (t) => {
    const orderId = await t.context.createOrder();
    await t.context.sandbox.setFaults({
      outage: { mode: 'lose_answer', calls: 3 },
      webhooks: { drop_next: 10 },
    });
    const result = await t.context.pay(orderId, 'tok_instant');
    await t.context.sandbox.api('DELETE', '/sandbox/faults');
    await untilStatus(t.context, result.payment.id, 'CAPTURED');
    t.is((await providerPayments(t.context, result.payment.id)).length, 1);
  },
);

test.serial(
  'an order that nobody told of is unknown yet; one that comes meanwhile is paid',
  async (t) => {
    t.like(await t.context.pay(createUuidV7(), 'tok_visa'), { __typename: 'OrderUnknownYet' });
    const order = newOrder();
    const paying = t.context.pay(order.orderId, 'tok_instant');
    await t.context.subgraph.messaging.publish('order.created', order);
    t.is((await paying).__typename, 'PaymentCaptured');
  },
);

test.serial('only the buyer pays, in time, with sound input', async (t) => {
  const orderId = await t.context.createOrder();
  const variables = { orderId, cardToken: 'tok_visa', key: createUuidV7() };
  const codeOf = async (changes: object, viewer?: typeof asAna) => {
    const operation = { query: payOrderMutation, variables: { ...variables, ...changes } };
    const result = await t.context.subgraph.execute({ ...operation, ...(viewer && { viewer }) });
    return result.errors?.[0]?.extensions?.code;
  };
  t.is(await codeOf({}), 'UNAUTHENTICATED');
  t.is(await codeOf({}, asLuis), 'FORBIDDEN');
  t.is(await codeOf({ key: 'short' }, asAna), 'BAD_USER_INPUT');
  t.is(await codeOf({ cardToken: 'a b' }, asAna), 'BAD_USER_INPUT');
  t.is(await codeOf({ orderId: 'no-id' }, asAna), 'BAD_USER_INPUT');
  const late = await t.context.createOrder({ payableUntil: new Date(0).toISOString() });
  t.like(await t.context.pay(late, 'tok_visa'), { refusal: 'TOO_LATE' });
});

test.serial('a payment is cancelled at the provider by its payer, not by others', async (t) => {
  const cancel = `mutation ($id: ID!) { cancelPayment(id: $id) { __typename
    ... on PaymentCancelled { payment { status } } ... on PaymentNotCancellable { payment { status } } } }`;
  const orderId = await t.context.createOrder();
  const { payment } = await t.context.pay(orderId, 'tok_challenge');
  t.is((await t.context.run(cancel, payment, asLuis)).__typename, 'PaymentNotFound');
  const { errors } = await t.context.subgraph.execute({
    query: cancel,
    variables: payment,
    viewer: asSeller,
  });
  t.is(errors?.[0]?.extensions?.code, 'FORBIDDEN', 'sees it, and no more');
  t.deepEqual(await t.context.run(cancel, payment, asAna), {
    __typename: 'PaymentCancelled',
    payment: { status: 'CANCELLED' },
  });
  t.is((await providerPayments(t.context, payment.id))[0].status, 'cancelled');
  t.is((await t.context.run(cancel, payment, asAna)).__typename, 'PaymentCancelled');
  const paid = await t.context.pay(orderId, 'tok_instant');
  t.is((await t.context.run(cancel, paid.payment, asAna)).__typename, 'PaymentNotCancellable');
  const unknown = await t.context.run(cancel, { id: createUuidV7() }, asAna);
  t.is(unknown.__typename, 'PaymentNotFound');
});

test.serial('every payment is in the audit with who asked, without the card', async (t) => {
  const orderId = await t.context.createOrder();
  const { payment } = await t.context.pay(orderId, 'tok_instant');
  const where = { entityId: payment.id };
  const [entry] = await t.context.prisma.auditEntry.findMany({ where });
  t.like(entry, { action: 'payment.begun', entityType: 'Payment', actorId: asAna.userId });
  t.regex(entry?.requestId ?? '', /./);
  t.false(JSON.stringify(entry).includes('tok_'));
});
