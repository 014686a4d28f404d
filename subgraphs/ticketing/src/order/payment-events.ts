import { PermanentFailure } from '@plaza/kit/message-bus/permanent-failure';
import { createConsumer, type EventHandlers } from '@plaza/kit/messaging/create-consumer';
import type { SubgraphConsumer } from '@plaza/kit/messaging/messaging';
import type { PaymentCaptured, PaymentRefunded } from '@plaza/schema/events';
import type { Order, Prisma } from '../generated/prisma/client.ts';
import { announceOrder } from '../live/announce.ts';
import type { Actor, TicketingTransactions, Work } from '../transactions.ts';
import { cancelOrder, endRefundedOrder, lockOrder } from './end-order.ts';
import { payGraceMs } from './expire-orders.ts';
import { readKeptMoney, requestRefund } from './order-money.ts';
import { settleOrder } from './settle-order.ts';

/** The queue of ticketing that hears what payments did. */
export const paymentQueue = 'ticketing.payments';

/** What a handler knows beside the message's payload. */
interface Occasion {
  readonly actor: Actor;
  readonly now: Date;
}

/** Reads what payments tells and moves the orders by it. Messages may come twice and in any order. */
export function createPaymentConsumer(
  transactions: TicketingTransactions,
  now: () => Date,
): SubgraphConsumer {
  return createConsumer({
    queue: paymentQueue,
    transactions,
    handlers: createPaymentHandlers(now),
  });
}

/** What each message of payments does; inside the transaction of the inbox. */
export function createPaymentHandlers(now: () => Date): EventHandlers<Prisma.TransactionClient> {
  const on = (message: { readonly id: string }): Occasion => ({
    actor: { userId: null, requestId: `message: ${message.id}` },
    now: now(),
  });
  return {
    'payment.captured': ({ payload, message }, work) =>
      takeCapturedMoney(work, payload, on(message)),
    'payment.refunded': ({ payload, message }, work) => takeRefund(work, payload, on(message)),
    // The buyer may try again until the order's end; whoever watches it reads the payment again.
    'payment.failed': async ({ payload }, work) => {
      announceOrder(work, await requireOrder(work, payload.orderId));
    },
    'payment_link.created': ({ payload }, work) =>
      keepPayable(work, payload.orderId, new Date(payload.expiresAt)),
    'payment_link.expired': ({ payload, message }, work) =>
      endUnpaid(work, payload.orderId, on(message)),
  };
}

/**
 * Counts the money for a pending order, and makes it paid if that covers its total. Money that no order
 * waits for goes back: exactly this payment's, less what staff has given back already.
 */
async function takeCapturedMoney(
  work: Work,
  { paymentId, orderId, amountMinor, currency }: PaymentCaptured,
  { actor, now }: Occasion,
): Promise<void> {
  const { tx } = work;
  const status = await lockOrder(work, orderId);
  const order = await requireOrder(work, orderId);
  if (currency !== order.currency) {
    throw new PermanentFailure(`Order ${orderId} is in ${order.currency}, not ${currency}`);
  }
  const isAccepted = status === 'PENDING';
  const { count } = await tx.orderPayment.createMany({
    data: { id: paymentId, orderId, amountMinor, isAccepted, recordedAt: now },
    skipDuplicates: true,
  });
  if (count === 0) return; // told twice, under two messages
  if (isAccepted) return settleOrder(work, { orderId, actor, now });
  const returned = await tx.orderRefund.aggregate({
    where: { paymentId, refundRequestId: null },
    _sum: { amountMinor: true },
  });
  await requestRefund(work, {
    ...{ orderId, paymentId, reason: 'LATE_PAYMENT', actor, now },
    amountMinor: amountMinor - (returned._sum.amountMinor ?? 0),
  });
}

/** Counts money that went back; a paid order that has none left is refunded. */
async function takeRefund(
  work: Work,
  { refundId, orderId, paymentId, amountMinor, refundRequestId }: PaymentRefunded,
  { actor, now }: Occasion,
): Promise<void> {
  await lockOrder(work, orderId);
  const order = await requireOrder(work, orderId);
  const { count } = await work.tx.orderRefund.createMany({
    data: { id: refundId, orderId, paymentId, amountMinor, refundRequestId, recordedAt: now },
    skipDuplicates: true,
  });
  if (count === 0) return;
  const hasMoney = (await readKeptMoney(work.tx, orderId)) > 0;
  // An order that cost nothing has no money to lose.
  if (!hasMoney && order.totalMinor > 0) await endRefundedOrder(work, { orderId, actor, now });
}

/** A payment link keeps the order until its own end. */
async function keepPayable(work: Work, orderId: string, until: Date): Promise<void> {
  const [order] = await work.tx.order.updateManyAndReturn({
    where: { id: orderId, status: 'PENDING', payableUntil: { lt: until } },
    data: { payableUntil: until },
  });
  announceOrder(work, order ?? (await requireOrder(work, orderId)));
}

/** Cancels an order that still waits although its time is over; another link may have moved that. */
async function endUnpaid(work: Work, orderId: string, { actor, now }: Occasion): Promise<void> {
  const order = await requireOrder(work, orderId);
  const graceStart = new Date(now.getTime() - payGraceMs);
  // The sweep ends it after the grace.
  if (order.payableUntil !== null && order.payableUntil > graceStart) return;
  await cancelOrder(work, { orderId, from: ['PENDING'], reason: 'EXPIRED', actor, now });
}

/** An order that is not here will never come: orders are made before anybody pays. */
async function requireOrder(work: Work, orderId: string): Promise<Order> {
  const order = await work.tx.order.findUnique({ where: { id: orderId } });
  if (order === null) throw new PermanentFailure(`There is no order ${orderId}`);
  return order;
}
