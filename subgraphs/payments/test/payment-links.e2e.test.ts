import { createUuidV7 } from '@plaza/kit/uuid';
import {
  asAna,
  asLuis,
  asSeller,
  eventually,
  type TestPayments,
  testWithPayments,
} from './kit/test-payments.ts';

const test = testWithPayments();

const createMutation = `mutation ($orderId: ID!, $expiresAt: DateTime!, $activatesAt: DateTime, $key: String!) {
  createPaymentLink(orderId: $orderId, expiresAt: $expiresAt, activatesAt: $activatesAt, idempotencyKey: $key) {
    __typename
    ... on PaymentLinkCreated { link { code status expiresAt amount { amountMinor } orderReference } }
    ... on PaymentLinkExists { link { code } }
    ... on OrderNotPayable { refusal }
  } }`;
const payMutation = `mutation ($code: String!, $cardToken: String!, $key: String!) {
  payPaymentLink(code: $code, cardToken: $cardToken, idempotencyKey: $key) {
    __typename
    ... on PaymentCaptured { payment { id } }
    ... on PaymentProcessing { payment { id } }
    ... on PaymentLinkNotPayable { link { status } }
    ... on OrderNotPayable { refusal }
  } }`;
const linkQuery =
  'query ($code: String!) { paymentLink(code: $code) { status amount { amountMinor } orderReference } }';

const inAnHour = () => new Date(Date.now() + 3_600_000);

function create({ run }: TestPayments, orderId: string, changes: object = {}) {
  const variables = { orderId, expiresAt: inAnHour(), key: createUuidV7(), ...changes };
  return run(createMutation, variables, asSeller);
}

function payByLink({ run }: TestPayments, code: string, key = createUuidV7()) {
  return run(payMutation, { code, cardToken: 'tok_instant', key });
}

test.serial('somebody without an account pays by a link, once', async (t) => {
  const heard = await t.context.subgraph.messaging.collect(['payment_link.created']);
  const orderId = await t.context.createOrder();
  const { link } = await create(t.context, orderId);
  t.like(link, { status: 'PENDING', amount: { amountMinor: 100_000 }, orderReference: 'ORD-77' });
  t.regex(link.code, /^[\w-]{22}$/);
  const { payload } = await heard.waitFor('payment_link.created');
  t.like(payload, { orderId, expiresAt: link.expiresAt });
  t.is((await create(t.context, orderId)).__typename, 'PaymentLinkExists');
  const key = createUuidV7();
  const results = await Promise.all([
    payByLink(t.context, link.code, key),
    payByLink(t.context, link.code, key),
  ]);
  t.is(new Set(results.map((result) => result.payment.id)).size, 1);
  t.deepEqual(await t.context.run(linkQuery, { code: link.code }), {
    status: 'PAID',
    amount: { amountMinor: 0 },
    orderReference: 'ORD-77',
  });
  t.like(await payByLink(t.context, link.code), { refusal: 'ALREADY_PAID' });
});

test.serial(
  'a link keeps its order payable until its end, and then ticketing hears of it',
  async (t) => {
    const heard = await t.context.subgraph.messaging.collect(['payment_link.expired']);
    const orderId = await t.context.createOrder();
    const { link } = await create(t.context, orderId);
    const order = await t.context.prisma.payableOrder.findUniqueOrThrow({ where: { orderId } });
    t.is(order.payableUntil?.toISOString(), link.expiresAt);
    await t.context.prisma.paymentLink.update({
      where: { code: link.code },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    const { payload } = await heard.waitFor('payment_link.expired');
    t.is(payload.orderId, orderId);
    t.like(await payByLink(t.context, link.code), {
      __typename: 'PaymentLinkNotPayable',
      link: { status: 'EXPIRED' },
    });
  },
);

test.serial('a link ends with its order, and cannot be paid before it is active', async (t) => {
  const orderId = await t.context.createOrder();
  const soon = new Date(Date.now() + 1_800_000);
  const { link } = await create(t.context, orderId, { activatesAt: soon });
  t.is((await payByLink(t.context, link.code)).__typename, 'PaymentLinkNotPayable');
  await t.context.subgraph.messaging.publish('order.cancelled', {
    orderId,
    buyerId: null,
    reason: 'STAFF',
  });
  await eventually(async () => {
    const { status } = await t.context.run(linkQuery, { code: link.code });
    return status === 'CANCELLED' ? true : undefined;
  });
  t.like(await create(t.context, orderId), { refusal: 'CANCELLED' });
});

test.serial('a link takes ten failed cards, and the buyer can still pay', async (t) => {
  const orderId = await t.context.createOrder();
  const { link } = await create(t.context, orderId);
  const declined = () => {
    const variables = { code: link.code, cardToken: 'tok_declined', key: createUuidV7() };
    return t.context.run(payMutation, variables);
  };
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    t.is((await declined()).__typename, 'PaymentDeclined');
  }
  t.like(await declined(), { refusal: 'TOO_MANY_ATTEMPTS' });
  t.is((await t.context.pay(orderId, 'tok_instant')).__typename, 'PaymentCaptured');
});

test.serial('the buyer sees what somebody else paid by link, and not who', async (t) => {
  const orderId = await t.context.createOrder();
  const { link } = await create(t.context, orderId);
  const variables = { code: link.code, cardToken: 'tok_instant', key: createUuidV7() };
  const paid = await t.context.run(payMutation, variables, asLuis);
  const order = [{ __typename: 'Order', id: orderId }];
  const ask = (viewer: typeof asAna) =>
    t.context.subgraph.resolveEntities(order, 'payment { id payer { id } }', viewer);
  const { id } = paid.payment;
  const seen = [await ask(asAna), await ask(asLuis), await ask({ userId: createUuidV7() })];
  t.deepEqual(
    seen.map(({ data, errors }) => [data._entities[0].payment, errors]),
    [
      [{ id, payer: null }, undefined],
      [{ id, payer: { id: asLuis.userId } }, undefined],
      [null, undefined],
    ],
  );
});

test.serial('who has a link is not shown the payment of another that is open', async (t) => {
  const orderId = await t.context.createOrder();
  const { link } = await create(t.context, orderId);
  const { payment } = await t.context.pay(orderId, 'tok_challenge');
  const query = payMutation.replace('{ refusal }', '{ refusal openPayment { id } }');
  const variables = { code: link.code, cardToken: 'tok_instant', key: createUuidV7() };
  const refusal = 'PAYMENT_IN_PROGRESS';
  t.like(await t.context.run(query, variables), { refusal, openPayment: null });
  t.like(await t.context.run(query, variables, asAna), { refusal, openPayment: payment });
});

test.serial('links are made by staff, with an end within bounds', async (t) => {
  const orderId = await t.context.createOrder();
  const codeOf = async (changes: object, viewer = asSeller) => {
    const variables = { orderId, expiresAt: inAnHour(), key: createUuidV7(), ...changes };
    const result = await t.context.subgraph.execute({ query: createMutation, variables, viewer });
    return result.errors?.[0]?.extensions?.code;
  };
  t.is(await codeOf({}, asAna), 'FORBIDDEN');
  t.is(await codeOf({ expiresAt: new Date() }), 'BAD_USER_INPUT');
  t.is(await codeOf({ expiresAt: new Date(Date.now() + 31 * 86_400_000) }), 'BAD_USER_INPUT');
  t.is(await t.context.run(linkQuery, { code: 'no-such-link' }), null);
  t.is((await payByLink(t.context, 'no-such-link')).__typename, 'PaymentLinkNotFound');
});
