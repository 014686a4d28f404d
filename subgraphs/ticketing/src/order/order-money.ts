import { createUuidV7 } from '@plaza/kit/uuid';
import type { RefundRequested } from '@plaza/schema/events';
import { Prisma } from '../generated/prisma/client.ts';
import type { Actor, Work } from '../transactions.ts';

/**
 * What an order has of the money that was captured for it: payments that it accepted, less what staff
 * gave back of them, less what ticketing asked back of them. Money that it did not accept is asked back
 * and counts nowhere.
 */
export function keptMoneySql(orderId: string): Prisma.Sql {
  // Requests of before named no payment where they asked for money that had counted.
  return Prisma.sql`(
    SELECT coalesce((SELECT sum(left_minor) FROM (${leftOfPaymentsSql(orderId)}) AS payment), 0)
      - coalesce((SELECT sum(amount_minor) FROM refund_requests
        WHERE order_id = ${orderId}::uuid AND payment_id IS NULL), 0))`;
}

/** The accepted payments of an order, the last first, each with what is left of it. */
function leftOfPaymentsSql(orderId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT payment.id, payment.amount_minor
      - coalesce((SELECT sum(amount_minor) FROM order_refunds AS refund
        WHERE refund.order_id = payment.order_id AND refund.payment_id = payment.id
          AND refund.refund_request_id IS NULL), 0)
      - coalesce((SELECT sum(amount_minor) FROM refund_requests AS asked
        WHERE asked.order_id = payment.order_id AND asked.payment_id = payment.id), 0) AS left_minor
    FROM order_payments AS payment WHERE payment.order_id = ${orderId}::uuid AND payment.is_accepted
    ORDER BY payment.recorded_at DESC, payment.id DESC`;
}

/** Kept money in minor units, as `keptMoneySql`. Lock the order first. */
export async function readKeptMoney(
  tx: Prisma.TransactionClient,
  orderId: string,
): Promise<number> {
  const [row] = await tx.$queryRaw<{ kept: number }[]>`
    SELECT ${keptMoneySql(orderId)}::float8 AS kept`;
  return row?.kept ?? 0;
}

interface RefundWish {
  readonly orderId: string;
  readonly amountMinor: number;
  readonly reason: RefundRequested['reason'];
  readonly actor: Actor;
  readonly now: Date;
}

/**
 * Asks payments for so much of the order's kept money, of the last payments first, each by a request of
 * its own: whatever else goes back meanwhile, no request takes the money of another. Lock the order
 * first.
 */
export async function requestKeptMoney(work: Work, wish: RefundWish): Promise<void> {
  const payments = await work.tx.$queryRaw<{ id: string; leftMinor: number }[]>`
    SELECT id, left_minor::float8 AS "leftMinor"
    FROM (${leftOfPaymentsSql(wish.orderId)}) AS payment WHERE left_minor > 0`;
  let wantedMinor = wish.amountMinor;
  for (const { id: paymentId, leftMinor } of payments) {
    const amountMinor = Math.min(wantedMinor, leftMinor);
    wantedMinor -= amountMinor;
    await requestRefund(work, { ...wish, paymentId, amountMinor });
  }
}

/** Asks payments to give money of one payment back; asks nothing for an amount of zero or less. */
export async function requestRefund(
  work: Work,
  wish: RefundWish & { readonly paymentId: string },
): Promise<void> {
  const { orderId, amountMinor, reason, paymentId, actor, now } = wish;
  if (amountMinor <= 0) return;
  const id = createUuidV7();
  const request = { orderId, paymentId, amountMinor, reason, requestedBy: actor.userId };
  await work.tx.refundRequest.create({ data: { id, ...request, createdAt: now } });
  work.send('refund.requested', { refundRequestId: id, ...request });
}
