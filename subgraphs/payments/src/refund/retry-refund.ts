import { createUuidV7 } from '@plaza/kit/uuid';
import type { Refund } from '../generated/prisma/client.ts';
import type { PaymentsWork } from '../work.ts';
import { grantRefund } from './refund-state.ts';

export interface RefundRetry {
  /** Staff who decided it; null for the system. */
  readonly requestedBy: string | null;
  /** When the job sends it, if nobody has done so before. */
  readonly sendAt: Date;
  /** Retries by the system before this one, since somebody decided. */
  readonly retries: number;
}

/**
 * Gives the money of a failed refund back by a new one, which has another key at the provider. Finds
 * the same one however often it is called; undefined when the payment has not so much left. The payment
 * is locked.
 */
export async function retryRefund(
  work: PaymentsWork,
  failed: Refund,
  { requestedBy, sendAt, retries }: RefundRetry,
): Promise<Refund | undefined> {
  const { tx } = work;
  const { id: retryOfId, paymentId, amountMinor, reason, refundRequestId } = failed;
  const before = await tx.refund.findUnique({ where: { retryOfId } });
  if (before !== null) return before;
  const facts = { amountMinor, reason, requestedBy, refundRequestId, retryOfId, retries };
  if (!failed.isStray) {
    const payment = await tx.payment.findUniqueOrThrow({ where: { id: paymentId } });
    return grantRefund(work, payment, { ...facts, sendAt });
  }
  const { orderId, currency, isStray, providerPaymentId } = failed;
  const stray = { paymentId, orderId, currency, isStray, providerPaymentId };
  const begun = { id: createUuidV7(), status: 'REQUESTED', nextTryAt: sendAt } as const;
  return tx.refund.create({ data: { ...facts, ...stray, ...begun } });
}
