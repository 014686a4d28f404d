import { createDatabaseAdapter } from '@plaza/kit/database';
import { seedSubgraph } from '@plaza/kit/seed-subgraph';
import { createTestSubgraph, type TestSubgraph } from '@plaza/kit/test-kit/create-test-subgraph';
import { demoAccounts, demoOrders } from '@plaza/schema/demo-accounts';
import anyTest, { type TestFn } from 'ava';
import { type PaymentsConfig, readPaymentsConfig } from '../config.ts';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { paymentsSubgraph } from '../subgraph.ts';

const test = anyTest as TestFn<TestSubgraph<PaymentsConfig>>;
const { ana, luis, seller } = demoAccounts;
const [anasOrder, anasPendingOrder, luisOrder] = demoOrders;
const asAna = { userId: ana.id };
const asSeller = { userId: seller.id, role: 'SELLER' } as const;
const retriedOrderId = idOf(0xa11);
const counterOrderId = idOf(0xa12);
const nobodysId = idOf(0xffff);

/** Payers with 30 payments each, for pages. */
const payerIds = [idOf(0xc01), idOf(0xc02), idOf(0xc03)];
const paymentsPerPayer = 30;

function idOf(number: number): string {
  return `01940000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

function codesOf(errors: readonly { readonly extensions?: Record<string, unknown> }[] | undefined) {
  return errors?.map((error) => error.extensions?.code);
}

test.before(async (t) => {
  t.context = await createTestSubgraph(paymentsSubgraph, {
    ...readPaymentsConfig({}),
    // No job's query is among those that are counted.
    reconcileIntervalMs: 3_600_000,
    linkExpiryIntervalMs: 3_600_000,
  });
  const { config, app } = t.context;
  await seedSubgraph(paymentsSubgraph, config, app.log as never);
  const prisma = new PrismaClient({ adapter: createDatabaseAdapter('test', config) });
  await prisma.payment.createMany({ data: [...retriedPayments(), ...pagedPayments()] });
  await prisma.$disconnect();
});
test.after.always(async (t) => {
  await t.context?.[Symbol.asyncDispose]();
});

function retriedPayments(): Prisma.PaymentCreateManyInput[] {
  const common = { method: 'CARD', amountMinor: 500, currency: 'MXN' } as const;
  const capturedAt = new Date('2026-01-01T00:00:00.000Z');
  const retried = { ...common, orderId: retriedOrderId, payerId: luis.id };
  return [
    { ...retried, id: idOf(0xb11), status: 'FAILED' },
    { ...retried, id: idOf(0xb12), status: 'CAPTURED', capturedAt },
    { ...retried, id: idOf(0xb13), status: 'CANCELLED' },
    {
      ...common,
      id: idOf(0xb14),
      orderId: counterOrderId,
      status: 'CAPTURED',
      method: 'CASH',
      capturedAt,
    },
  ];
}

function pagedPayments(): Prisma.PaymentCreateManyInput[] {
  return payerIds.flatMap((payerId, payer) =>
    Array.from({ length: paymentsPerPayer }, (_, index) => ({
      id: idOf(0xd_000 + payer * 0x100 + index),
      orderId: idOf(0xe_000 + payer * 0x100 + index),
      payerId,
      status: 'EXPIRED' as const,
      method: 'CARD' as const,
      amountMinor: index,
      currency: 'USD' as const,
    })),
  );
}

const paymentQuery = `query ($id: ID!) { payment(id: $id) {
  id status method amount { amountMinor currency } provider providerReference createdAt capturedAt
  order { id } payer { id } } }`;

test('payment is shown to its payer and to scope payment:read', async (t) => {
  const variables = { id: anasOrder.paymentId };
  for (const viewer of [asAna, asSeller]) {
    const { data, errors } = await t.context.execute({ query: paymentQuery, variables, viewer });
    t.is(errors, undefined);
    t.like(data.payment, {
      id: anasOrder.paymentId,
      status: 'CAPTURED',
      method: 'CARD',
      amount: { amountMinor: 170_000, currency: 'MXN' },
      provider: 'demo',
      order: { id: anasOrder.id },
      payer: { id: ana.id },
    });
    t.true(data.payment.capturedAt > data.payment.createdAt);
  }
});

test('a payment that is pending has no time of capture', async (t) => {
  const variables = { id: anasPendingOrder.paymentId };
  const { data } = await t.context.execute({ query: paymentQuery, variables, viewer: asAna });
  t.like(data.payment, { status: 'PENDING', capturedAt: null });
});

test('payment is null to others as where there is none, and refused to anonymous visitors', async (t) => {
  const query = 'query ($id: ID!) { payment(id: $id) { id } }';
  const variables = { id: luisOrder.paymentId };
  const other = await t.context.execute({ query, variables, viewer: asAna });
  const anonymous = await t.context.execute({ query, variables });
  t.deepEqual(codesOf(anonymous.errors), ['UNAUTHENTICATED']);
  const absent = await t.context.execute({ query, variables: { id: nobodysId }, viewer: asAna });
  t.deepEqual(absent, { data: { payment: null }, errors: undefined });
  t.deepEqual(other, absent, 'nothing tells the two apart');
  const bad = await t.context.execute({ query, variables: { id: '7' }, viewer: asAna });
  t.deepEqual(bad.errors?.[0]?.extensions, { code: 'BAD_USER_INPUT', field: 'id' });
});

test('a sale over the counter has no payer, and only staff can see it', async (t) => {
  const variables = { id: idOf(0xb14) };
  const staff = await t.context.execute({ query: paymentQuery, variables, viewer: asSeller });
  t.like(staff.data.payment, { payer: null, method: 'CASH' });
  const customer = await t.context.execute({ query: paymentQuery, variables, viewer: asAna });
  t.deepEqual(customer, { data: { payment: null }, errors: undefined });
});

test('payments is for scope payment:read, and can be narrowed to a state', async (t) => {
  const query = `query ($status: PaymentStatus) { payments(first: 100, status: $status) {
    totalCount nodes { id status } } }`;
  const all = await t.context.execute({ query, viewer: asSeller });
  t.is(all.data.payments.totalCount, demoOrders.length + 4 + 90);
  const ids = all.data.payments.nodes.map((node: { id: string }) => node.id);
  t.deepEqual(ids, [...ids].sort().reverse());
  const pending = await t.context.execute({
    query,
    variables: { status: 'PENDING' },
    viewer: asSeller,
  });
  t.deepEqual(pending.data.payments, {
    totalCount: 1,
    nodes: [{ id: anasPendingOrder.paymentId, status: 'PENDING' }],
  });
  t.deepEqual(codesOf((await t.context.execute({ query, viewer: asAna })).errors), ['FORBIDDEN']);
  t.deepEqual(codesOf((await t.context.execute({ query })).errors), ['UNAUTHENTICATED']);
});

test.serial('Order.payment is the one that counts, in two queries for all orders', async (t) => {
  const ids = [retriedOrderId, anasOrder.id, nobodysId, 'not-an-id', anasPendingOrder.id];
  const representations = ids.map((id) => ({ __typename: 'Order', id }));
  t.context.queries.length = 0;
  const { data, errors } = await t.context.resolveEntities(
    representations,
    'id payment { id status }',
    asSeller,
  );
  t.is(errors, undefined);
  t.is(t.context.queries.length, 2);
  t.deepEqual(
    data._entities.map((order: { payment: { id: string } | null }) => order.payment?.id ?? null),
    [idOf(0xb12), anasOrder.paymentId, null, null, anasPendingOrder.paymentId],
  );
});

test('Order.payment shows a customer their own and tells nothing of others', async (t) => {
  const representations = [anasOrder, luisOrder].map(({ id }) => ({ __typename: 'Order', id }));
  const mixed = await t.context.resolveEntities(representations, 'payment { id }', asAna);
  t.deepEqual(mixed.data._entities, [
    { __typename: 'Order', payment: { id: anasOrder.paymentId } },
    { __typename: 'Order', payment: null },
  ]);
  t.is(mixed.errors, undefined, 'as for an order without a payment');
  const anonymous = await t.context.resolveEntities(representations, 'payment { id }');
  t.deepEqual(codesOf(anonymous.errors), ['UNAUTHENTICATED', 'UNAUTHENTICATED']);
});

test.serial('User.payments takes the same page of every user in two queries', async (t) => {
  const users = [...payerIds, nobodysId].map((id) => ({ __typename: 'User', id }));
  const page = 'payments(first: 3) { nodes { id } pageInfo { hasNextPage endCursor } }';
  t.context.queries.length = 0;
  const first = await t.context.resolveEntities(users, page, asSeller);
  t.is(first.errors, undefined);
  t.is(t.context.queries.length, 2);
  for (const [payer, user] of first.data._entities.slice(0, 3).entries()) {
    const newest = 0xd_000 + payer * 0x100 + paymentsPerPayer - 1;
    const expected = [newest, newest - 1, newest - 2].map((number) => ({ id: idOf(number) }));
    t.deepEqual(user.payments.nodes, expected);
    t.true(user.payments.pageInfo.hasNextPage);
  }
  t.deepEqual(first.data._entities[3].payments, {
    nodes: [],
    pageInfo: { hasNextPage: false, endCursor: null },
  });
  t.context.queries.length = 0;
  const counted = await t.context.resolveEntities(
    users,
    'payments(first: 1) { totalCount }',
    asSeller,
  );
  const totals = counted.data._entities.map(
    (user: { payments: { totalCount: number } }) => user.payments.totalCount,
  );
  t.deepEqual(totals, [30, 30, 30, 0]);
  t.is(t.context.queries.length, 3);
});

test('User.payments pages both ways by cursor', async (t) => {
  const user = [{ __typename: 'User', id: payerIds[1] }];
  const page = async (args: string) => {
    const selection = `payments(${args}) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } }`;
    const { data, errors } = await t.context.resolveEntities(user, selection, asSeller);
    t.is(errors, undefined);
    return data._entities[0].payments;
  };
  const start = await page('first: 6');
  const cursors = start.edges.map((edge: { cursor: string }) => edge.cursor);
  const next = await page(`first: 2, after: "${cursors[1]}"`);
  t.deepEqual(next.edges, start.edges.slice(2, 4));
  t.deepEqual(next.pageInfo, { hasNextPage: true, hasPreviousPage: true });
  const back = await page(`last: 2, before: "${cursors[4]}"`);
  t.deepEqual(back.edges, start.edges.slice(2, 4));
  const between = await page(`first: 50, after: "${cursors[0]}", before: "${cursors[3]}"`);
  t.deepEqual(between.edges, start.edges.slice(1, 3));
  const end = await page('last: 1');
  t.deepEqual(end.pageInfo, { hasNextPage: false, hasPreviousPage: true });
});

test('User.payments is refused to others, and a page above 100 to all', async (t) => {
  const users = [ana.id, luis.id].map((id) => ({ __typename: 'User', id }));
  const mixed = await t.context.resolveEntities(users, 'payments { totalCount }', asAna);
  t.deepEqual(mixed.data._entities, [
    { __typename: 'User', payments: { totalCount: 2 } },
    { __typename: 'User', payments: null },
  ]);
  t.deepEqual(codesOf(mixed.errors), ['FORBIDDEN']);
  const anonymous = await t.context.resolveEntities(users, 'payments { totalCount }');
  t.deepEqual(codesOf(anonymous.errors), ['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  const large = await t.context.resolveEntities(
    users.slice(0, 1),
    'payments(first: 101) { totalCount }',
    asAna,
  );
  t.deepEqual(large.errors?.[0]?.extensions, {
    code: 'BAD_USER_INPUT',
    field: 'first',
    limit: 100,
  });
});

test('references to payments obey the same rule as payment', async (t) => {
  const ids = [anasOrder.paymentId, luisOrder.paymentId, nobodysId];
  const representations = ids.map((id) => ({ __typename: 'Payment', id }));
  const { data, errors } = await t.context.resolveEntities(representations, 'status', asAna);
  t.deepEqual(data._entities, [{ __typename: 'Payment', status: 'CAPTURED' }, null, null]);
  t.is(errors, undefined);
});

test('the database refuses a captured payment without a time and a negative amount', async (t) => {
  const prisma = new PrismaClient({ adapter: createDatabaseAdapter('test', t.context.config) });
  const payment = {
    orderId: nobodysId,
    method: 'CARD',
    amountMinor: 1,
    currency: 'MXN',
    status: 'PENDING',
  } as const;
  const create = (changes: object) =>
    prisma.payment.create({ data: { ...payment, id: idOf(0xb99), ...changes } });
  await t.throwsAsync(create({ status: 'CAPTURED' }), { message: /captured_has_a_time/ });
  await t.throwsAsync(create({ amountMinor: -1 }), { message: /amount_not_negative/ });
  await t.throwsAsync(create({ providerReference: 'x' }), { message: /reference_has_a_provider/ });
  await prisma.$disconnect();
});
