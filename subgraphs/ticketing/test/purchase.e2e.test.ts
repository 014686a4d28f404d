import { randomUUID } from 'node:crypto';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import { orderTopic } from '@plaza/schema/topics';
import test from 'ava';
import { expireOrders, payGraceMs } from '../src/order/expire-orders.ts';
import {
  cancelOrdersOfSchedules,
  requestScheduleCancellation,
} from '../src/order/schedule-cancellation.ts';
import { Sales } from './kit/sales.ts';
import {
  createSeededTicketing,
  type SeededTicketing,
  seededAt,
  viewers,
} from './kit/seeded-ticketing.ts';

let ticketing: SeededTicketing;
let sales: Sales;
test.before(async () => {
  ticketing = await createSeededTicketing();
  sales = await Sales.on(ticketing, 'frontera-vs-deportivo-bahia');
});
test.afterEach.always(() => {
  ticketing.clock.now = seededAt;
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

function passMinutes(minutes: number): void {
  ticketing.clock.now = new Date(seededAt.getTime() + minutes * 60_000);
}

test.serial('orders what is held: tickets wait, seats are booked, payments is told', async (t) => {
  const held = await sales.hold(sales.takeFreshSeats(2));
  const idempotencyKey = sales.nextKey();
  const key = { idempotencyKey };
  const [{ data, errors }, again] = await Promise.all([
    sales.order(held.data.holdSeats.id, viewers.ana, key),
    sales.order(held.data.holdSeats.id, viewers.ana, key),
  ]);
  t.is(errors, undefined);
  const order = data.placeOrder;
  t.is(again.data.placeOrder.id, order.id);
  t.like(order, { __typename: 'Order', status: 'PENDING', channel: 'ONLINE' });
  t.deepEqual(
    order.tickets.nodes.map((ticket: { status: string }) => ticket.status),
    ['PENDING_PAYMENT', 'PENDING_PAYMENT'],
  );
  t.deepEqual(await sales.seatStates(order.id), ['BOOKED', 'BOOKED']);
  const [told, ...others] = await sales.sent('order.created', order.id);
  t.deepEqual(others, []);
  t.like(told, {
    reference: order.reference,
    buyerId: demoAccounts.ana.id,
    totalMinor: order.total.amountMinor,
    currency: 'MXN',
    payableUntil: held.data.holdSeats.expiresAt,
  });
  const trail = await ticketing.database.auditEntry.findMany({ where: { entityId: order.id } });
  t.like(trail, [{ action: 'order.placed', actorId: demoAccounts.ana.id }]);
});

test.serial(
  'issues the tickets when the money covers the total, however often it is told',
  async (t) => {
    const order = await sales.pendingOrder(2);
    const heard = await ticketing.messaging.pubSub.subscribe(orderTopic(order.id));
    const half = Math.floor(order.totalMinor / 2);
    await sales.capture(order, { amountMinor: half });
    t.is((await sales.readOrder(order.id)).status, 'PENDING');
    const paymentId = randomUUID();
    const rest = { paymentId, amountMinor: order.totalMinor - half };
    const message = await sales.capture(order, rest);
    await sales.tell('payment.captured', message.payload as never, message);
    await sales.capture(order, rest);
    t.is((await sales.readOrder(order.id)).status, 'PAID');
    const tickets = await sales.ticketsOf(order.id);
    t.true(tickets.every(({ status, issuedAt }) => status === 'ISSUED' && issuedAt !== null));
    t.is((await sales.sent('order.paid', order.id)).length, 1);
    t.is((await sales.sent('ticket.issued', order.id)).length, 2);
    t.deepEqual(await sales.sent('refund.requested', order.id), []);
    for await (const payload of heard) {
      const { id, status } = payload as { id: string; status: string };
      t.is(id, order.id);
      if (status === 'PAID') break; // what was said of the order before may come first
    }
  },
);

test.serial('hears of the money and tells of the tickets over the bus', async (t) => {
  const heard = await ticketing.messaging.collect(['order.created', 'order.paid', 'ticket.issued']);
  const order = await sales.pendingOrder();
  const { id: orderId, totalMinor: amountMinor, currency } = order;
  await heard.waitFor('order.created', (payload) => payload.orderId === orderId);
  const captured = await ticketing.messaging.publish('payment.captured', {
    ...{ paymentId: randomUUID(), orderId, amountMinor, currency, method: 'CARD' },
  });
  const paid = await heard.waitFor('order.paid', (payload) => payload.orderId === orderId);
  t.is(paid.causationId, captured.id);
  const issued = await heard.waitFor('ticket.issued', (payload) => payload.orderId === orderId);
  t.deepEqual(paid.payload.ticketIds, [issued.payload.ticketId]);
});

test.serial('gives back money that comes for a paid order, and what is too much', async (t) => {
  const order = await sales.paidOrder();
  const latePaymentId = randomUUID();
  await sales.capture(order, { paymentId: latePaymentId, amountMinor: 500 });
  const other = await sales.pendingOrder();
  await sales.capture(other, { amountMinor: 100 });
  passMinutes(1); // the last payment is the one that is too much
  const surplusId = randomUUID();
  await sales.capture(other, { paymentId: surplusId, amountMinor: other.totalMinor - 30 });
  t.is((await sales.readOrder(other.id)).status, 'PAID');
  for (const [{ id }, amountMinor, paymentId] of [
    [order, 500, latePaymentId],
    [other, 70, surplusId],
  ] as const) {
    const requests = await sales.sent('refund.requested', id);
    t.is(requests.length, 1);
    t.like(requests[0], { paymentId, amountMinor, reason: 'LATE_PAYMENT', requestedBy: null });
  }
});

test.serial('expires an order that nobody pays in time, and returns what came', async (t) => {
  const order = await sales.pendingOrder();
  await sales.capture(order, { amountMinor: 100 });
  const message = { orderId: order.id, paymentId: randomUUID(), reason: 'DECLINED' } as const;
  await sales.tell('payment.failed', message);
  t.is(
    (await sales.readOrder(order.id)).status,
    'PENDING',
    'a declined card may be followed by another',
  );
  passMinutes(sales.schedule.holdMinutes + 1);
  const { now } = ticketing.clock;
  await Promise.all([1, 2, 3].map(() => expireOrders(sales.transactions, now)));
  t.like(await sales.readOrder(order.id), { status: 'CANCELLED', endReason: 'EXPIRED' });
  t.deepEqual(
    (await sales.ticketsOf(order.id)).map(({ status }) => status),
    ['EXPIRED'],
  );
  t.deepEqual(await sales.seatStates(order.id), []);
  t.like(await sales.sent('order.cancelled', order.id), [{ reason: 'EXPIRED' }]);
  await sales.capture(order, { amountMinor: 900 });
  t.deepEqual(
    (await sales.sent('refund.requested', order.id)).map(({ amountMinor }) => amountMinor),
    [100, 900],
  );
});

test.serial('waits a little for a payment that began in time', async (t) => {
  const order = await sales.pendingOrder();
  const payableUntil = order.payableUntil ?? seededAt;
  ticketing.clock.now = new Date(payableUntil.getTime() + payGraceMs - 1);
  await expireOrders(sales.transactions, ticketing.clock.now);
  t.is((await sales.readOrder(order.id)).status, 'PENDING');
  await sales.capture(order);
  t.is((await sales.readOrder(order.id)).status, 'PAID');
});

test.serial('keeps the seats for a payment link until its own end', async (t) => {
  const order = await sales.pendingOrder();
  const paymentLinkId = randomUUID();
  const expiresAt = new Date(seededAt.getTime() + 48 * 3_600_000).toISOString();
  await sales.tell('payment_link.created', { paymentLinkId, orderId: order.id, expiresAt });
  passMinutes(60);
  await expireOrders(sales.transactions, ticketing.clock.now);
  t.is((await sales.readOrder(order.id)).status, 'PENDING');
  await sales.tell('payment_link.expired', { paymentLinkId: randomUUID(), orderId: order.id });
  t.is((await sales.readOrder(order.id)).status, 'PENDING', 'another link still lives');
  passMinutes(48 * 60);
  await sales.tell('payment_link.expired', { paymentLinkId, orderId: order.id });
  t.is((await sales.readOrder(order.id)).status, 'PENDING', 'a payment may be under way');
  passMinutes(48 * 60 + payGraceMs / 60_000);
  await sales.tell('payment_link.expired', { paymentLinkId, orderId: order.id });
  t.like(await sales.readOrder(order.id), { status: 'CANCELLED', endReason: 'EXPIRED' });
});

test.serial(
  'is refunded when all its money has gone back, also told in the wrong order',
  async (t) => {
    const order = await sales.paidOrder(2);
    const [payment] = await ticketing.database.orderPayment.findMany({
      where: { orderId: order.id },
    });
    const refund = (amountMinor: number, paymentId = payment?.id ?? '') => ({
      ...{ refundId: randomUUID(), orderId: order.id, paymentId, amountMinor },
      ...{ refundedTotalMinor: amountMinor, refundRequestId: null },
    });
    await sales.tell('payment.refunded', refund(100));
    // Staff gave a payment back that ticketing has not heard of yet: it changes nothing here.
    const unknown = randomUUID();
    await sales.tell('payment.refunded', refund(order.totalMinor, unknown));
    await sales.capture(order, { paymentId: unknown });
    t.deepEqual(await sales.sent('refund.requested', order.id), []);
    t.is((await sales.readOrder(order.id)).status, 'PAID');
    await sales.tell('payment.refunded', refund(order.totalMinor - 100));
    t.is((await sales.readOrder(order.id)).status, 'REFUNDED');
    t.true((await sales.ticketsOf(order.id)).every(({ status }) => status === 'CANCELLED'));
    t.deepEqual(await sales.seatStates(order.id), []);
    t.is((await sales.sent('ticket.cancelled', order.id)).length, 2);
  },
);

test.serial('undoes the orders of a called-off performance in the background', async (t) => {
  const theater = await Sales.on(ticketing, 'la-casa-de-bernarda-alba');
  const paid = await theater.paidOrder(2);
  const pending = await theater.pendingOrder();
  const held = await theater.hold(theater.takeFreshSeats(1));
  const actor = { userId: demoAccounts.supervisor.id, requestId: 'test' };
  const scheduleId = theater.schedule.id;
  await theater.transactions.run(async (work) => {
    await work.tx.schedule.update({ where: { id: scheduleId }, data: { status: 'CLOSED' } });
    await requestScheduleCancellation(work, { scheduleId, actor, now: theater.now });
  });
  const { database } = ticketing;
  const open = { scheduleId, status: { in: ['PENDING', 'PAID'] } } as const;
  const ordersLeft = () => database.order.count({ where: open as never });
  // The subgraph's own job works beside this one and may hold an order that this one skips.
  while (
    (await cancelOrdersOfSchedules(theater.transactions, theater.now)) ||
    (await ordersLeft())
  );
  for (const { id } of [paid, pending]) {
    t.like(await theater.readOrder(id), { status: 'CANCELLED', endReason: 'SCHEDULE_CANCELLED' });
  }
  t.like(await theater.sent('refund.requested', paid.id), [
    { amountMinor: paid.totalMinor, reason: 'SCHEDULE_CANCELLED', requestedBy: actor.userId },
  ]);
  t.deepEqual(await theater.sent('refund.requested', pending.id), []);
  t.is((await theater.sent('ticket.cancelled', paid.id)).length, 2);
  t.is(await ordersLeft(), 0);
  const hold = await database.seatHold.findUniqueOrThrow({ where: { id: held.data.holdSeats.id } });
  t.is(hold.status, 'RELEASED');
  const late = await theater.order(hold.id);
  t.like(late.data.placeOrder, { __typename: 'HoldEnded' });
});
