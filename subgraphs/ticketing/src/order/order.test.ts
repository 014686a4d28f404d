import { demoAccounts, demoOrders } from '@plaza/schema/demo-accounts';
import test from 'ava';
import {
  absentId,
  createSeededTicketing,
  type SeededTicketing,
  viewers,
} from '../../test/kit/seeded-ticketing.ts';

let ticketing: SeededTicketing;
test.before(async () => {
  ticketing = await createSeededTicketing();
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

const [anasOrder, anasPendingOrder, luissOrder] = demoOrders;

const orderQuery = `query ($id: ID!) { order(id: $id) {
  id reference status channel createdAt paidAt buyer { id }
  subtotal { amountMinor } fees { amountMinor } taxes { amountMinor } discount { amountMinor }
  total { amountMinor currency }
  tickets { totalCount nodes {
    code status isDigital sectionLabel rowLabel seatLabel createdAt issuedAt
    price { amountMinor } total { amountMinor currency }
    holder { id } order { reference } event { slug } schedule { startsAt }
    section { name } seat { number type row { label } }
  } }
} }`;

test('serves an order with its tickets to its buyer', async (t) => {
  const { data, errors } = await ticketing.execute({
    query: orderQuery,
    variables: { id: anasOrder.id },
    viewer: viewers.ana,
  });
  t.is(errors, undefined);
  const ticket = {
    status: 'ISSUED',
    isDigital: true,
    sectionLabel: '103',
    rowLabel: 'F',
    createdAt: '2026-06-14T00:00:00.000Z',
    issuedAt: '2026-06-14T00:00:00.000Z',
    price: { amountMinor: 75_000 },
    total: { amountMinor: 85_000, currency: 'MXN' },
    holder: { id: demoAccounts.ana.id },
    order: { reference: 'ORD1001' },
    event: { slug: 'frontera-vs-deportivo-bahia' },
    schedule: { startsAt: '2026-06-21T04:00:00.000Z' },
    section: { name: '103' },
  };
  const seat = { type: 'STANDARD', row: { label: 'F' } };
  t.deepEqual(data.order, {
    id: anasOrder.id,
    reference: 'ORD1001',
    status: 'PAID',
    channel: 'ONLINE',
    createdAt: '2026-06-14T00:00:00.000Z',
    paidAt: '2026-06-14T00:00:00.000Z',
    buyer: { id: demoAccounts.ana.id },
    subtotal: { amountMinor: 150_000 },
    fees: { amountMinor: 17_242 },
    taxes: { amountMinor: 2_758 },
    discount: { amountMinor: 0 },
    total: { amountMinor: 170_000, currency: 'MXN' },
    tickets: {
      totalCount: 2,
      nodes: [
        { ...ticket, code: '103-F-8', seatLabel: '8', seat: { ...seat, number: 8 } },
        { ...ticket, code: '103-F-9', seatLabel: '9', seat: { ...seat, number: 9 } },
      ],
    },
  });
});

test('serves a pending order with a ticket that is not paid yet', async (t) => {
  const { data } = await ticketing.execute({
    query: orderQuery,
    variables: { id: anasPendingOrder.id },
    viewer: viewers.ana,
  });
  t.like(data.order, { status: 'PENDING', paidAt: null, total: { amountMinor: 45_000 } });
  t.like(data.order.tickets.nodes[0], { status: 'PENDING_PAYMENT', issuedAt: null });
});

test('hides an order from everybody but its buyer and the scope order:read', async (t) => {
  const variables = { id: anasOrder.id };
  const anonymous = await ticketing.execute({ query: orderQuery, variables });
  t.is(anonymous.data.order, null);
  t.is(anonymous.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
  const stranger = await ticketing.execute({ query: orderQuery, variables, viewer: viewers.luis });
  t.is(stranger.errors, undefined);
  t.is(stranger.data.order, null);
  const auditor = await ticketing.execute({
    query: orderQuery,
    variables,
    viewer: viewers.auditor,
  });
  t.is(auditor.data.order.reference, 'ORD1001');
});

test('answers an order that is not there like one that is somebody else’s', async (t) => {
  const absent = await ticketing.execute({
    query: orderQuery,
    variables: { id: absentId },
    viewer: viewers.auditor,
  });
  t.deepEqual([absent.data.order, absent.errors], [null, undefined]);
  const malformed = await ticketing.execute({
    query: orderQuery,
    variables: { id: '1' },
    viewer: viewers.ana,
  });
  t.is(malformed.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
});

test('shows a sale over the counter to staff alone, without a buyer', async (t) => {
  const { id } = await ticketing.database.order.findFirstOrThrow({ where: { buyerId: null } });
  const hidden = await ticketing.execute({
    query: orderQuery,
    variables: { id },
    viewer: viewers.ana,
  });
  t.is(hidden.data.order, null);
  const { data } = await ticketing.execute({
    query: orderQuery,
    variables: { id },
    viewer: viewers.auditor,
  });
  t.like(data.order, { channel: 'BOX_OFFICE', buyer: null });
  t.like(data.order.tickets.nodes[0], { holder: null, isDigital: false });
});

test('resolves orders as entities by the same rule', async (t) => {
  const representations = [anasOrder.id, luissOrder.id, absentId, 'x'].map((id) => ({
    __typename: 'Order',
    id,
  }));
  const ask = async (viewer?: (typeof viewers)[keyof typeof viewers]) => {
    const { data, errors } = await ticketing.resolveEntities(
      representations,
      'total { amountMinor }',
      viewer,
    );
    t.is(errors, undefined);
    return data._entities.map((order: { total: { amountMinor: number } } | null) =>
      order === null ? null : order.total.amountMinor,
    );
  };
  t.deepEqual(await ask(), [null, null, null, null]);
  t.deepEqual(await ask(viewers.ana), [170_000, null, null, null]);
  t.deepEqual(await ask(viewers.luis), [null, 480_000, null, null]);
  t.deepEqual(await ask(viewers.auditor), [170_000, 480_000, null, null]);
});

test('resolves tickets as entities for holder, buyer and staff', async (t) => {
  const { database } = ticketing;
  const [shared] = await database.ticket.findMany({ where: { orderId: luissOrder.id }, take: 1 });
  if (shared === undefined) throw new Error('Luis has no ticket');
  const ask = async (viewer?: (typeof viewers)[keyof typeof viewers]) => {
    const representations = [shared.id, absentId].map((id) => ({ __typename: 'Ticket', id }));
    const { data } = await ticketing.resolveEntities(
      representations,
      'code order { reference } event { slug }',
      viewer,
    );
    return data._entities;
  };
  const seen = { __typename: 'Ticket', code: '107-D-3', event: { slug: 'los-faroles' } };
  const order = { reference: 'ORD1003' };
  t.deepEqual(await ask(), [null, null]);
  t.deepEqual(await ask(viewers.ana), [null, null]);
  t.deepEqual(await ask(viewers.luis), [{ ...seen, order }, null]);
  t.deepEqual(await ask(viewers.auditor), [{ ...seen, order }, null]);
  // Once it is shared with Ana, she sees it, but not the order that it was bought with.
  const holderId = demoAccounts.ana.id;
  await database.ticket.update({ where: { id: shared.id }, data: { holderId } });
  t.deepEqual(await ask(viewers.ana), [{ ...seen, order: null }, null]);
  t.deepEqual(await ask(viewers.luis), [{ ...seen, order }, null]);
});

const ordersSelection = `orders(first: 1) {
  nodes { reference } totalCount pageInfo { hasNextPage endCursor }
}`;

test('lists a user’s orders to that user and to the scope order:read, latest first', async (t) => {
  const user = [{ __typename: 'User', id: demoAccounts.ana.id }];
  for (const viewer of [viewers.ana, viewers.auditor]) {
    const { data, errors } = await ticketing.resolveEntities(user, ordersSelection, viewer);
    t.is(errors, undefined);
    t.like(data._entities[0].orders, {
      nodes: [{ reference: 'ORD1001' }],
      totalCount: 2,
      pageInfo: { hasNextPage: true },
    });
    const next = `orders(first: 5, after: "${data._entities[0].orders.pageInfo.endCursor}") {
      nodes { reference }
    }`;
    const rest = await ticketing.resolveEntities(user, next, viewer);
    t.deepEqual(rest.data._entities[0].orders.nodes, [{ reference: 'ORD1002' }]);
  }
});

test('refuses a user’s orders to others', async (t) => {
  const user = [{ __typename: 'User', id: demoAccounts.ana.id }];
  const anonymous = await ticketing.resolveEntities(user, ordersSelection);
  t.is(anonymous.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
  const stranger = await ticketing.resolveEntities(user, ordersSelection, viewers.luis);
  t.is(stranger.errors?.[0]?.extensions?.code, 'FORBIDDEN');
  t.falsy(stranger.data?._entities?.[0]?.orders);
});

test('refuses a bad page of a user’s orders', async (t) => {
  const user = [{ __typename: 'User', id: demoAccounts.ana.id }];
  for (const args of ['first: 0', 'first: 101', 'after: "?"', 'first: 1, last: 1']) {
    const { errors } = await ticketing.resolveEntities(
      user,
      `orders(${args}) { totalCount }`,
      viewers.ana,
    );
    t.is(errors?.[0]?.extensions?.code, 'BAD_USER_INPUT', args);
  }
});

test('gives each user of a list their own orders', async (t) => {
  const users = [demoAccounts.ana.id, demoAccounts.luis.id, absentId].map((id) => ({
    __typename: 'User',
    id,
  }));
  const { data } = await ticketing.resolveEntities(
    users,
    'orders { nodes { reference buyer { id } } totalCount }',
    viewers.auditor,
  );
  const buyer = (id: string) => ({ buyer: { id } });
  t.deepEqual(
    data._entities.map(({ orders }: { orders: object }) => orders),
    [
      {
        nodes: [
          { reference: 'ORD1001', ...buyer(demoAccounts.ana.id) },
          { reference: 'ORD1002', ...buyer(demoAccounts.ana.id) },
        ],
        totalCount: 2,
      },
      { nodes: [{ reference: 'ORD1003', ...buyer(demoAccounts.luis.id) }], totalCount: 1 },
      { nodes: [], totalCount: 0 },
    ],
  );
});
