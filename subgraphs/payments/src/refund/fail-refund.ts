import { saveAudit } from '../audit/audit.ts';
import type { Refund } from '../generated/prisma/client.ts';
import type { ProviderLog } from '../provider/provider-caller.ts';
import type { PaymentsWork } from '../work.ts';
import { announceRefunded } from './refund-state.ts';
import { retryRefund } from './retry-refund.ts';

/** So many times as long is the pause after each further failure. */
const retryDelayFactor = 4;

export interface RefundRetryRules {
  readonly log: ProviderLog;
  /** Pause before the first retry. */
  readonly refundRetryDelayMs: number;
  /** Retries before staff has to see to it. */
  readonly refundRetriesMax: number;
}

/**
 * The provider has not given it back: the money that was set aside counts as captured again, and is
 * sent once more by a new refund after a pause. After the last retry staff finds it among the failed
 * ones. The payment is locked.
 */
export async function failRefund(
  work: PaymentsWork,
  { id, paymentId, orderId, amountMinor }: Refund,
  { code: failureCode, rules }: { readonly code: string; readonly rules: RefundRetryRules },
): Promise<void> {
  const [failed] = await work.tx.refund.updateManyAndReturn({
    where: { id, status: { in: ['REQUESTED', 'PENDING'] } },
    data: { status: 'FAILED', settledAt: new Date(), nextTryAt: null, failureCode },
  });
  if (failed === undefined) return;
  if (!failed.isStray) {
    await work.tx.payment.update({
      where: { id: paymentId },
      data: { refundReservedMinor: { decrement: amountMinor } },
    });
  }
  const retry = await retryLater(work, failed, rules);
  const fields = { refund: id, payment: paymentId, order: orderId, code: failureCode };
  work.afterCommit(() => {
    if (retry !== undefined) rules.log.warn({ ...fields, retry: retry.id }, 'refund is sent again');
    else rules.log.error(fields, 'refund failed: retry it, or give it back by hand');
  });
  const order = await work.tx.payableOrder.findUnique({ where: { orderId } });
  const provider = { viewer: undefined, requestId: order?.correlationId ?? id };
  const after = { paymentId, amountMinor, failureCode, retryId: retry?.id };
  await saveAudit(work, provider, {
    ...{ action: 'refund.failed', entityType: 'Refund', entityId: id, after },
  });
  if (!failed.isStray) await announceRefunded(work, paymentId);
}

async function retryLater(
  work: PaymentsWork,
  failed: Refund,
  { refundRetryDelayMs, refundRetriesMax }: RefundRetryRules,
): Promise<Refund | undefined> {
  const { retries } = failed;
  if (retries >= refundRetriesMax) return undefined;
  const sendAt = new Date(Date.now() + refundRetryDelayMs * retryDelayFactor ** retries);
  return retryRefund(work, failed, { requestedBy: null, sendAt, retries: retries + 1 });
}
