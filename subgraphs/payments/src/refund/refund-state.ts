import { createUuidV7 } from '@plaza/kit/uuid';
import { paymentTopic } from '@plaza/schema/topics';
import { returnCredit } from '../client-credit/credit-ledger.ts';
import type { Payment, Refund, RefundReason } from '../generated/prisma/client.ts';
import { providerName } from '../provider/provider-name.ts';
import type { PaymentsWork } from '../work.ts';

export interface RefundGrant {
  /** Made here if it is not given. */
  readonly id?: string;
  readonly amountMinor: number;
  readonly reason: RefundReason;
  /** Staff or buyer; null for the system. */
  readonly requestedBy: string | null;
  readonly refundRequestId?: string;
  /** When the job sends it, if nobody has done so before; default at once. */
  readonly sendAt?: Date;
}

/**
 * Sets money aside to go back, if that much is left of a captured payment; undefined when it is not.
 * One guarded update decides, so no two refunds take the same money. Money at the provider goes back
 * by the job that sends refunds; other money is handed back at once.
 */
export async function grantRefund(
  work: PaymentsWork,
  payment: Payment,
  { id = createUuidV7(), amountMinor, reason, requestedBy, refundRequestId, sendAt }: RefundGrant,
): Promise<Refund | undefined> {
  if (amountMinor <= 0) return undefined;
  const reserved = await work.tx.$executeRaw`
    UPDATE payments SET refund_reserved_minor = refund_reserved_minor + ${amountMinor}, updated_at = now()
    WHERE id = ${payment.id}::uuid AND status = 'CAPTURED'
      AND refund_reserved_minor + ${amountMinor} <= amount_minor`;
  if (reserved === 0) return undefined;
  const isAtProvider = payment.provider === providerName;
  const refund = await work.tx.refund.create({
    data: {
      id,
      paymentId: payment.id,
      orderId: payment.orderId,
      status: 'REQUESTED',
      amountMinor,
      currency: payment.currency,
      reason,
      requestedBy,
      refundRequestId: refundRequestId ?? null,
      nextTryAt: isAtProvider ? (sendAt ?? new Date()) : null,
    },
  });
  if (isAtProvider) return refund;
  await returnCredit(work, payment, refund);
  return settleRefund(work, refund, { providerRefundId: null });
}

/** Money that came when its payment had already ended otherwise goes back, once. */
export async function refundStray(work: PaymentsWork, payment: Payment): Promise<void> {
  await work.tx.$executeRaw`
    INSERT INTO refunds (id, payment_id, order_id, status, amount_minor, currency, reason, is_stray, next_try_at)
    VALUES (${createUuidV7()}::uuid, ${payment.id}::uuid, ${payment.orderId}::uuid, 'REQUESTED',
      ${payment.amountMinor}, ${payment.currency}::currency, 'LATE_PAYMENT', true, now())
    ON CONFLICT DO NOTHING`;
}

/** The money is back: counts it, tells ticketing, and moves a payment that is all back. */
export async function settleRefund(
  work: PaymentsWork,
  { id, paymentId, orderId, amountMinor }: Refund,
  { providerRefundId }: { readonly providerRefundId: string | null },
): Promise<Refund | undefined> {
  const [settled] = await work.tx.refund.updateManyAndReturn({
    where: { id, status: { in: ['REQUESTED', 'PENDING'] } },
    data: { status: 'SUCCEEDED', settledAt: new Date(), nextTryAt: null, providerRefundId },
  });
  if (settled === undefined || settled.isStray) return settled;
  await work.tx.payment.update({
    where: { id: paymentId },
    data: { refundedMinor: { increment: amountMinor } },
  });
  await work.tx.$executeRaw`
    UPDATE payments SET status = 'REFUNDED'
    WHERE id = ${paymentId}::uuid AND status = 'CAPTURED' AND refunded_minor = amount_minor`;
  const sum = { where: { orderId }, _sum: { refundedMinor: true } } as const;
  const { _sum } = await work.tx.payment.aggregate(sum);
  work.send('payment.refunded', {
    refundId: id,
    paymentId,
    orderId,
    amountMinor,
    refundedTotalMinor: _sum.refundedMinor ?? 0,
    refundRequestId: settled.refundRequestId,
  });
  await announceRefunded(work, paymentId);
  return settled;
}

/** The provider will not give it back: the money that was set aside counts as captured again. */
export async function failRefund(
  work: PaymentsWork,
  { id, paymentId, amountMinor }: Refund,
  failureCode: string,
): Promise<void> {
  const [failed] = await work.tx.refund.updateManyAndReturn({
    where: { id, status: { in: ['REQUESTED', 'PENDING'] } },
    data: { status: 'FAILED', settledAt: new Date(), nextTryAt: null, failureCode },
  });
  if (failed === undefined || failed.isStray) return;
  await work.tx.payment.update({
    where: { id: paymentId },
    data: { refundReservedMinor: { decrement: amountMinor } },
  });
  await announceRefunded(work, paymentId);
}

async function announceRefunded(work: PaymentsWork, paymentId: string): Promise<void> {
  const payment = await work.tx.payment.findUniqueOrThrow({ where: { id: paymentId } });
  const { id, orderId, payerId, status } = payment;
  work.announce(paymentTopic(id), { id, orderId, payerId, status });
}
