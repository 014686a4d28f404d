import { createUuidV7 } from '@plaza/kit/uuid';
import { paymentTopic } from '@plaza/schema/topics';
import { saveAudit } from '../audit/audit.ts';
import { returnCredit } from '../client-credit/credit-ledger.ts';
import type { Payment, PaymentMethod, Refund, RefundReason } from '../generated/prisma/client.ts';
import { Currency } from '../generated/prisma/enums.ts';
import type { PayableOrder } from '../payable-order/payable-order.ts';
import type { ProviderPayment } from '../provider/payment-provider.ts';
import type { ProviderLog } from '../provider/provider-caller.ts';
import { providerName } from '../provider/provider-name.ts';
import type { PaymentsWork } from '../work.ts';

/** Back the moment it is granted: no money changes hands. */
const settledAtOnce: ReadonlySet<PaymentMethod> = new Set(['CLIENT_CREDIT', 'COURTESY']);

export interface RefundGrant {
  /** Made here if it is not given. */
  readonly id?: string;
  readonly amountMinor: number;
  readonly reason: RefundReason;
  /** Staff or buyer; null for the system. */
  readonly requestedBy: string | null;
  readonly refundRequestId?: string | null;
  /** The failed refund whose money it gives back. */
  readonly retryOfId?: string;
  /** Retries by the system, this one too. */
  readonly retries?: number;
  /** When the job sends it, if nobody has done so before; default at once. */
  readonly sendAt?: Date;
}

/**
 * Sets money aside to go back, if that much is left of a captured payment; undefined when it is not.
 * One guarded update decides, so no two refunds take the same money. Money at the provider goes back
 * by the job that sends refunds, credit at once; cash, a terminal's card and a transfer stay requested
 * until staff records that the buyer has the money.
 */
export async function grantRefund(
  work: PaymentsWork,
  payment: Payment,
  grant: RefundGrant,
): Promise<Refund | undefined> {
  const { id = createUuidV7(), amountMinor, reason, requestedBy, sendAt } = grant;
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
      refundRequestId: grant.refundRequestId ?? null,
      retryOfId: grant.retryOfId ?? null,
      retries: grant.retries ?? 0,
      nextTryAt: isAtProvider ? (sendAt ?? new Date()) : null,
    },
  });
  if (isAtProvider || !settledAtOnce.has(payment.method)) return refund;
  await returnCredit(work, payment, refund);
  return settleRefund(work, refund, { providerRefundId: null });
}

export interface StrayMoney {
  /** The provider's payment that took it; one of ours may have several. */
  readonly state: ProviderPayment;
  readonly reason: Extract<RefundReason, 'LATE_PAYMENT' | 'WRONG_AMOUNT' | 'CHARGED_TWICE'>;
  readonly order: PayableOrder | null;
  readonly log: ProviderLog;
}

/** Money that the payment does not count goes back, once for each payment of the provider. */
export async function refundStray(
  work: PaymentsWork,
  { id: paymentId, orderId, currency: asked }: Payment,
  { state, reason, order, log }: StrayMoney,
): Promise<void> {
  const { id: providerPaymentId, capturedMinor } = state;
  const returning = state.refunds.filter(({ status }) => status !== 'failed');
  const amountMinor = returning.reduce((left, refund) => left - refund.amountMinor, capturedMinor);
  if (amountMinor <= 0) return;
  // The audit has a currency that Plaza does not trade in; the provider takes back its own.
  const currency = Currency[state.currency as Currency] ?? asked;
  const id = createUuidV7();
  // One that failed is not made again: the provider's news alone must not send it for ever.
  const made = await work.tx.$executeRaw`
    INSERT INTO refunds (id, payment_id, order_id, status, amount_minor, currency, reason, is_stray,
      provider_payment_id, next_try_at)
    SELECT ${id}::uuid, ${paymentId}::uuid, ${orderId}::uuid, 'REQUESTED', ${amountMinor},
      ${currency}::currency, ${reason}::refund_reason, true, ${providerPaymentId}, now()
    WHERE NOT EXISTS (
      SELECT FROM refunds WHERE is_stray AND provider_payment_id = ${providerPaymentId})
    ON CONFLICT DO NOTHING`;
  if (made === 0) return;
  const fields = { payment: paymentId, order: orderId, refund: id, providerPaymentId, reason };
  work.afterCommit(() => log.error(fields, 'the provider took money that goes back'));
  const provider = { viewer: undefined, requestId: order?.correlationId ?? paymentId };
  await saveAudit(work, provider, {
    ...{ action: 'payment.stray_refunded', entityType: 'Payment', entityId: paymentId },
    after: { refundId: id, reason, providerPaymentId, amountMinor, currency: state.currency },
  });
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

/** Tells whoever watches the payment that its refunds have changed. */
export async function announceRefunded(work: PaymentsWork, paymentId: string): Promise<void> {
  const payment = await work.tx.payment.findUniqueOrThrow({ where: { id: paymentId } });
  const { id, orderId, payerId, status } = payment;
  work.announce(paymentTopic(id), { id, orderId, payerId, status });
}
