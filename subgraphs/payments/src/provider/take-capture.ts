import { saveAudit } from '../audit/audit.ts';
import type { Payment } from '../generated/prisma/client.ts';
import type { PayableOrder } from '../payable-order/payable-order.ts';
import { capturePayment, endPayment } from '../payment/payment-state.ts';
import { refundStray } from '../refund/refund-state.ts';
import type { PaymentsWork } from '../work.ts';
import type { ProviderPayment } from './payment-provider.ts';
import type { ProviderLog } from './provider-caller.ts';

export interface ProviderNews {
  /** A payment as the provider tells it. */
  readonly state: ProviderPayment;
  readonly order: PayableOrder | null;
  readonly log: ProviderLog;
}

/**
 * The provider has taken money. What was asked for is captured; another amount or currency ends the
 * payment instead. That money goes back without being counted, as does what comes for a payment that
 * has ended, and what the provider takes by a second payment that it made of ours. Safe to repeat. The
 * order and the payment are locked.
 */
export async function takeCapture(
  work: PaymentsWork,
  payment: Payment,
  { state, order, log }: ProviderNews,
): Promise<Payment> {
  const giveBack = (reason: 'LATE_PAYMENT' | 'WRONG_AMOUNT' | 'CHARGED_TWICE') =>
    refundStray(work, payment, { state, reason, order, log });
  if (payment.providerReference !== state.id) {
    await giveBack('CHARGED_TWICE');
    return payment;
  }
  if (payment.status === 'CAPTURED' || payment.status === 'REFUNDED') return payment;
  if (payment.status !== 'PENDING') {
    await giveBack(payment.failureReason === 'WRONG_AMOUNT' ? 'WRONG_AMOUNT' : 'LATE_PAYMENT');
    return payment;
  }
  const { amountMinor, currency } = payment;
  if (state.capturedMinor === amountMinor && state.currency === currency) {
    return capturePayment(work, payment, order);
  }
  await giveBack('WRONG_AMOUNT');
  const provider = { viewer: undefined, requestId: order?.correlationId ?? payment.id };
  await saveAudit(work, provider, {
    ...{ action: 'payment.wrong_amount', entityType: 'Payment', entityId: payment.id },
    before: { amountMinor, currency },
    after: { amountMinor: state.capturedMinor, currency: state.currency },
  });
  return endPayment(work, payment, { status: 'FAILED', reason: 'WRONG_AMOUNT' });
}
