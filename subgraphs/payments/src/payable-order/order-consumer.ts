import { createConsumer } from '@plaza/kit/messaging/create-consumer';
import type { SubgraphConsumer } from '@plaza/kit/messaging/messaging';
import type { OrderCreated, RefundRequested } from '@plaza/schema/events';
import { endLinks } from '../payment-link/payment-link-state.ts';
import { grantRefund } from '../refund/refund-state.ts';
import type { PaymentsTransactions, PaymentsWork } from '../work.ts';
import { lockOrder } from './payable-order.ts';

/** Where payments reads what ticketing tells of its orders. */
export const ordersQueue = 'payments.orders';

export interface OrderConsumerOptions {
  readonly transactions: PaymentsTransactions;
  /** Payments or refunds wait for their jobs. */
  readonly wakeJobs: () => void;
}

/** What payments does about an order. Messages may come in any order, and more than once. */
export function createOrderConsumer(options: OrderConsumerOptions): SubgraphConsumer {
  const { transactions, wakeJobs } = options;
  return createConsumer({
    queue: ordersQueue,
    transactions,
    handlers: {
      'order.created': ({ payload, message }, work) =>
        recordOrder(work, payload, message.correlationId),
      'order.cancelled': async ({ payload, message }, work) => {
        await cancelOrder(work, payload.orderId, message.correlationId);
        work.afterCommit(wakeJobs);
      },
      'order.paid': async ({ payload: { orderId } }, work) => {
        await lockOrder(work.tx, orderId);
        await work.tx.payableOrder.updateMany({
          where: { orderId, status: 'PAYABLE' },
          data: { status: 'PAID' },
        });
        await endLinks(work, { orderId, paidLinkId: null });
      },
      'refund.requested': async ({ payload }, work) => {
        await answerRefundRequest(work, payload);
        work.afterCommit(wakeJobs);
      },
    },
  });
}

/** The facts of an order; one that was cancelled before it came stays so. */
async function recordOrder(
  { tx }: PaymentsWork,
  { orderId, ...order }: OrderCreated,
  correlationId: string,
): Promise<void> {
  const facts = {
    reference: order.reference,
    buyerId: order.buyerId,
    sellerId: order.sellerId,
    channel: order.channel,
    totalMinor: order.totalMinor,
    currency: order.currency,
    payableUntil: new Date(order.payableUntil),
    correlationId,
  };
  await tx.payableOrder.upsert({
    where: { orderId },
    create: { orderId, status: 'PAYABLE', ...facts },
    update: facts,
  });
}

/**
 * Money for the order must go back from now on: what is pending is called off, what is captured goes
 * back. What was captured for an order that is paid stays until ticketing asks for it, because it may
 * ask for less.
 */
async function cancelOrder(
  work: PaymentsWork,
  orderId: string,
  correlationId: string,
): Promise<void> {
  const { tx } = work;
  // Before the lock, so that there is a row to lock even when order.created has not come yet.
  await tx.$executeRaw`
    INSERT INTO payable_orders (order_id, status, correlation_id)
    VALUES (${orderId}::uuid, 'CANCELLED', ${correlationId}::uuid) ON CONFLICT DO NOTHING`;
  const order = await lockOrder(tx, orderId);
  await tx.payableOrder.update({ where: { orderId }, data: { status: 'CANCELLED' } });
  await endLinks(work, { orderId, paidLinkId: null });
  await tx.$executeRaw`
    UPDATE payments SET cancel_requested_at = coalesce(cancel_requested_at, now()),
      next_check_at = CASE provider_state WHEN 'SENDING' THEN next_check_at ELSE now() END
    WHERE order_id = ${orderId}::uuid AND status = 'PENDING'`;
  if (order?.status === 'PAID') return;
  const reason = 'ORDER_CANCELLED' as const;
  const all = { paymentId: null, amountMinor: null } as const;
  await refundOrder(work, { orderId, ...all, reason, requestedBy: null });
}

interface OrderRefund
  extends Pick<RefundRequested, 'orderId' | 'amountMinor' | 'reason' | 'requestedBy'> {
  /** Null for whichever has money left. */
  readonly paymentId: string | null;
  readonly refundRequestId?: string;
}

/** Gives back of the payment, or over the captured ones, newest first; resolves to how much. */
async function refundOrder(
  work: PaymentsWork,
  { orderId, paymentId, amountMinor, ...grant }: OrderRefund,
): Promise<number> {
  const payments = await work.tx.payment.findMany({
    where: { orderId, status: 'CAPTURED', ...(paymentId !== null && { id: paymentId }) },
    orderBy: { id: 'desc' },
  });
  let grantedMinor = 0;
  for (const payment of payments) {
    const leftMinor = payment.amountMinor - payment.refundReservedMinor;
    const wantedMinor = amountMinor === null ? leftMinor : amountMinor - grantedMinor;
    const granted = { ...grant, amountMinor: Math.min(leftMinor, wantedMinor) };
    const refund = await grantRefund(work, payment, granted);
    grantedMinor += refund?.amountMinor ?? 0;
  }
  return grantedMinor;
}

/** Once per request, whatever message carries it. Never more than what is left of the captured. */
async function answerRefundRequest(work: PaymentsWork, request: RefundRequested): Promise<void> {
  const { refundRequestId, orderId, paymentId = null, amountMinor, reason, requestedBy } = request;
  const { tx } = work;
  await lockOrder(tx, orderId);
  const known = await tx.refundRequest.findUnique({ where: { id: refundRequestId } });
  if (known !== null) return;
  const grantedMinor = await refundOrder(work, { ...request, paymentId });
  if (grantedMinor === 0) {
    // The order's end has already set the money aside: that refund is the answer.
    await tx.refund.updateMany({
      where: {
        orderId,
        ...(paymentId !== null && { paymentId }),
        refundRequestId: null,
        requestedBy: null,
        status: { in: ['REQUESTED', 'PENDING'] },
      },
      data: { refundRequestId },
    });
  }
  const asked = { id: refundRequestId, orderId, amountMinor, reason, requestedBy, grantedMinor };
  await tx.refundRequest.create({ data: asked });
}
