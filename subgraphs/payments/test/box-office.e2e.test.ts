import { createUuidV7 } from '@plaza/kit/uuid';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import {
  asAdministrator,
  asAna,
  asLuis,
  asSeller,
  eventually,
  type TestPayments,
  testWithPayments,
} from './kit/test-payments.ts';

const test = testWithPayments();

const recordMutation = `mutation ($orderId: ID!, $tenders: [TenderInput!]!, $key: String!) {
  recordBoxOfficePayments(orderId: $orderId, tenders: $tenders, idempotencyKey: $key) {
    __typename
    ... on BoxOfficePaid { change { amountMinor currency } payments { id method status amount { amountMinor currency } } }
    ... on TendersTooLow { missing { amountMinor } }
    ... on TenderTooLarge { remaining { amountMinor } }
    ... on ClientCreditExceeded { available { amountMinor } }
    ... on OrderNotPayable { refusal }
  } }`;

const limitMutation = `mutation ($clientId: ID!, $limitMinor: Int!) {
  setClientCreditLimit(clientId: $clientId, limitMinor: $limitMinor) { id limit { amountMinor } } }`;

const cash = (amountMinor: number, currency = 'MXN') => ({ method: 'CASH', amountMinor, currency });

function record({ run }: TestPayments, orderId: string, tenders: object[], key = createUuidV7()) {
  return run(recordMutation, { orderId, tenders, key }, asSeller);
}

function counterOrder({ createOrder }: TestPayments, totalMinor = 100_000) {
  const sellerId = demoAccounts.seller.id;
  return createOrder({ channel: 'BOX_OFFICE', buyerId: null, sellerId, totalMinor });
}

async function openCredit({ run }: TestPayments, limitMinor: number) {
  const clientId = createUuidV7();
  const { id } = await run(limitMutation, { clientId, limitMinor }, asAdministrator);
  return { accountId: id as string, clientId };
}

test.serial(
  'several tenders cover an order in the fixed sequence, with change in pesos',
  async (t) => {
    const heard = await t.context.subgraph.messaging.collect(['payment.captured']);
    const { accountId } = await openCredit(t.context, 20_000);
    const orderId = await counterOrder(t.context);
    const result = await record(t.context, orderId, [
      cash(2_000, 'USD'),
      cash(30_000),
      { method: 'CLIENT_CREDIT', amountMinor: 20_000, currency: 'MXN', creditAccountId: accountId },
      { method: 'CARD', amountMinor: 25_000, currency: 'MXN', slipReference: 'T-1' },
    ]);
    t.is(result.__typename, 'BoxOfficePaid');
    t.deepEqual(
      result.payments.map((payment: { method: string; amount: { amountMinor: number } }) => [
        payment.method,
        payment.amount.amountMinor,
      ]),
      [
        ['CARD', 25_000],
        ['CLIENT_CREDIT', 20_000],
        ['CASH', 30_000],
        ['CASH', 25_000],
      ],
    );
    t.deepEqual(result.change, { amountMinor: 15_000, currency: 'MXN' });
    const dollars = await t.context.prisma.payment.findFirstOrThrow({
      where: { orderId, receivedCurrency: 'USD' },
    });
    t.like(dollars, { receivedMinor: 2_000, exchangeRateMilli: 20_000, changeMinor: 15_000 });
    await eventually(async () => {
      const sums = heard.all.map(
        ({ payload }) => payload as { orderId: string; amountMinor: number },
      );
      const own = sums.filter((payload) => payload.orderId === orderId);
      const sum = own.reduce((total, { amountMinor }) => total + amountMinor, 0);
      return own.length === 4 && sum === 100_000 ? true : undefined;
    }, 'four messages over the total');
    t.like(await record(t.context, orderId, [cash(1)]), { refusal: 'ALREADY_PAID' });
  },
);

test.serial('tenders that do not fit take nothing', async (t) => {
  const orderId = await counterOrder(t.context);
  const card = (amountMinor: number) => ({ method: 'CARD', amountMinor, currency: 'MXN' });
  t.like(await record(t.context, orderId, [card(50_000), cash(49_999)]), {
    missing: { amountMinor: 1 },
  });
  t.like(await record(t.context, orderId, [card(100_001)]), {
    remaining: { amountMinor: 100_000 },
  });
  const { accountId: creditAccountId } = await openCredit(t.context, 10_000);
  const credit = { method: 'CLIENT_CREDIT', amountMinor: 10_001, currency: 'MXN', creditAccountId };
  t.like(await record(t.context, orderId, [card(50_000), credit, cash(90_000)]), {
    available: { amountMinor: 10_000 },
  });
  t.is(await t.context.prisma.payment.count({ where: { orderId } }), 0);
});

test.serial(
  'a courtesy is refused as a payment, and an order that costs nothing takes none',
  async (t) => {
    const orderId = await counterOrder(t.context);
    const courtesy = { method: 'COURTESY', amountMinor: 1, currency: 'MXN' };
    await t.throwsAsync(record(t.context, orderId, [courtesy]), {
      message: /place the order as one/,
    });
    const free = await counterOrder(t.context, 0);
    t.like(await record(t.context, free, [cash(1)]), { refusal: 'ALREADY_PAID' });
  },
);

test.serial('the same sale twice is recorded once; only staff may record one', async (t) => {
  const orderId = await counterOrder(t.context);
  const key = createUuidV7();
  const results = await Promise.all(
    Array.from({ length: 5 }, () => record(t.context, orderId, [cash(120_000)], key)),
  );
  t.true(results.every(({ change }) => change.amountMinor === 20_000));
  t.is(await t.context.prisma.payment.count({ where: { orderId } }), 1);
  const other = await record(t.context, orderId, [cash(130_000)], key);
  t.is(other.__typename, 'PaymentKeyReused');
  const variables = { orderId, tenders: [cash(1)], key: createUuidV7() };
  const { errors } = await t.context.subgraph.execute({
    query: recordMutation,
    variables,
    viewer: asAna,
  });
  t.is(errors?.[0]?.extensions?.code, 'FORBIDDEN');
});

test.serial('purchases on credit at the same moment never pass the limit', async (t) => {
  const { accountId: creditAccountId, clientId } = await openCredit(t.context, 70_000);
  const orders = await Promise.all(
    Array.from({ length: 10 }, () => counterOrder(t.context, 20_000)),
  );
  const tender = { method: 'CLIENT_CREDIT', amountMinor: 20_000, currency: 'MXN', creditAccountId };
  const results = await Promise.all(orders.map((orderId) => record(t.context, orderId, [tender])));
  t.is(results.filter(({ __typename }) => __typename === 'BoxOfficePaid').length, 3);
  const query = `query ($clientId: ID!) { clientCreditAccount(clientId: $clientId) {
    balance { amountMinor } transactions { kind amount { amountMinor } balanceAfter { amountMinor } } } }`;
  const account = await t.context.run(query, { clientId }, asSeller);
  t.is(account.balance.amountMinor, 60_000);
  t.is(account.transactions.length, 3);
  const refused = await t.context.subgraph.execute({
    query,
    variables: { clientId },
    viewer: asLuis,
  });
  t.is(refused.errors?.[0]?.extensions?.code, 'FORBIDDEN');
});

test.serial(
  'a client pays what it owes, never more; a refund of credit is a reversal',
  async (t) => {
    const { accountId: creditAccountId, clientId } = await openCredit(t.context, 50_000);
    const orderId = await counterOrder(t.context, 30_000);
    const tender = {
      method: 'CLIENT_CREDIT',
      amountMinor: 30_000,
      currency: 'MXN',
      creditAccountId,
    };
    const sale = await record(t.context, orderId, [tender]);
    const payMutation = `mutation ($accountId: ID!, $amountMinor: Int!, $key: String!) {
    recordClientCreditPayment(accountId: $accountId, amountMinor: $amountMinor, idempotencyKey: $key) {
      __typename ... on ClientCreditSaved { account { balance { amountMinor } } }
      ... on ClientCreditPaymentTooLarge { balance { amountMinor } } } }`;
    const pay = (amountMinor: number, key = createUuidV7()) =>
      t.context.run(payMutation, { accountId: creditAccountId, amountMinor, key }, asSeller);
    t.is((await pay(30_001)).__typename, 'ClientCreditPaymentTooLarge');
    const key = createUuidV7();
    await Promise.all([pay(10_000, key), pay(10_000, key), pay(10_000, key)]);
    const refundMutation = `mutation ($id: ID!, $key: String!) {
    refundPayment(paymentId: $id, idempotencyKey: $key) { __typename ... on RefundAccepted { payment { status } } } }`;
    const variables = { id: sale.payments[0].id, key: createUuidV7() };
    t.like(await t.context.run(refundMutation, variables, asAdministrator), {
      payment: { status: 'REFUNDED' },
    });
    const account = await t.context.prisma.clientCreditAccount.findUniqueOrThrow({
      where: { clientId },
      include: { transactions: { orderBy: { id: 'asc' } } },
    });
    t.is(account.balanceMinor, -10_000, 'what was paid already is in its favour');
    t.deepEqual(
      account.transactions.map(({ kind, amountMinor }) => [kind, amountMinor]),
      [
        ['DRAWDOWN', 30_000],
        ['PAYMENT', 10_000],
        ['REVERSAL', 30_000],
      ],
    );
    t.is((await pay(1)).__typename, 'ClientCreditPaymentTooLarge');
    const next = await counterOrder(t.context, 60_000);
    const all = { ...tender, amountMinor: 60_000 };
    t.is((await record(t.context, next, [all])).__typename, 'BoxOfficePaid', '50000 and 10000');
  },
);
