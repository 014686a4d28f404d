import { createUuidV7 } from '@plaza/kit/uuid';
import type { RefundRequested } from '@plaza/schema/events';
import { Prisma } from '../generated/prisma/client.ts';
import type { Actor, Work } from '../transactions.ts';

/**
 * What an order has of the money that was captured for it: payments that it accepted, less what staff
 * gave back of them, less what ticketing asked back of them. Money that it did not accept is asked back
 * payment by payment and counts nowhere.
 */
export function keptMoneySql(orderId: string): Prisma.Sql {
  return Prisma.sql`(
    SELECT coalesce(sum(amount), 0) FROM (
      SELECT amount_minor AS amount FROM order_payments
      WHERE order_id = ${orderId}::uuid AND is_accepted
      UNION ALL
      SELECT -refund.amount_minor FROM order_refunds AS refund
      JOIN order_payments AS payment ON payment.id = refund.payment_id AND payment.is_accepted
      WHERE refund.order_id = ${orderId}::uuid AND refund.refund_request_id IS NULL
      UNION ALL
      SELECT -amount_minor FROM refund_requests
      WHERE order_id = ${orderId}::uuid AND payment_id IS NULL
    ) AS movement)`;
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
  /** The payment that was not accepted; null for money that had counted. */
  readonly paymentId: string | null;
  readonly actor: Actor;
  readonly now: Date;
}

/** Asks payments to give money back, once; asks nothing for an amount of zero or less. */
export async function requestRefund(work: Work, wish: RefundWish): Promise<void> {
  const { orderId, amountMinor, reason, paymentId, actor, now } = wish;
  if (amountMinor <= 0) return;
  const id = createUuidV7();
  const requestedBy = actor.userId;
  await work.tx.refundRequest.create({
    data: { id, orderId, amountMinor, reason, paymentId, requestedBy, createdAt: now },
  });
  work.send('refund.requested', { refundRequestId: id, orderId, amountMinor, reason, requestedBy });
}
