import { paymentTopic } from '@plaza/schema/topics';
import type { PaymentFailureReason, PaymentStatus, Prisma } from '../generated/prisma/client.ts';
import type { PayableOrder } from '../payable-order/payable-order.ts';
import { isKnown, outstandingOf } from '../payable-order/payable-order.ts';
import { endLinks } from '../payment-link/payment-link-state.ts';
import { grantRefund } from '../refund/refund-state.ts';
import type { PaymentsWork } from '../work.ts';
import type { PaymentRow } from './payment.service.ts';

/** Tells whoever watches the payment. */
export function announcePayment(work: PaymentsWork, payment: PaymentRow): void {
  const { id, orderId, payerId, status } = payment;
  work.announce(paymentTopic(id), { id, orderId, payerId, status });
}

/** The payment, locked until the transaction ends; null when there is none. */
export async function lockPayment(
  tx: Prisma.TransactionClient,
  id: string,
): Promise<PaymentRow | null> {
  await tx.$executeRaw`SELECT 1 FROM payments WHERE id = ${id}::uuid FOR UPDATE`;
  return tx.payment.findUnique({ where: { id } });
}

/**
 * The money of a pending payment is at the provider. Moves it to captured and tells ticketing; when the
 * order is cancelled meanwhile, the money goes back. The order is locked.
 */
export async function capturePayment(
  work: PaymentsWork,
  payment: PaymentRow,
  order: PayableOrder | null,
): Promise<PaymentRow> {
  const data = { status: 'CAPTURED', capturedAt: new Date(), ...settled } as const;
  const captured = await move(work, payment, 'PENDING', data);
  await followCapture(work, captured, order);
  return captured;
}

/** What follows from money that is here: the message, the end of links, and maybe its way back. */
export async function followCapture(
  work: PaymentsWork,
  captured: PaymentRow,
  order: PayableOrder | null,
): Promise<void> {
  const { id: paymentId, orderId, amountMinor, currency, method } = captured;
  work.send('payment.captured', { paymentId, orderId, amountMinor, currency, method });
  announcePayment(work, captured);
  if (order?.status === 'CANCELLED') {
    await grantRefund(work, captured, { amountMinor, reason: 'LATE_PAYMENT', requestedBy: null });
  } else if (isKnown(order) && (await outstandingOf(work.tx, order)) <= 0) {
    await endLinks(work, { orderId, paidLinkId: captured.paymentLinkId });
  }
}

export interface PaymentEnd {
  readonly status: Extract<PaymentStatus, 'FAILED' | 'CANCELLED' | 'EXPIRED'>;
  readonly reason: PaymentFailureReason;
  /** The provider's own word. */
  readonly code?: string | null;
}

/** A pending payment brings no money any more; does nothing for one that is not pending. */
export async function endPayment(
  work: PaymentsWork,
  payment: PaymentRow,
  { status, reason, code = null }: PaymentEnd,
): Promise<PaymentRow> {
  if (payment.status !== 'PENDING') return payment;
  const data = { status, failureReason: reason, failureCode: code, ...settled };
  const ended = await move(work, payment, 'PENDING', data);
  work.send('payment.failed', { paymentId: payment.id, orderId: payment.orderId, reason });
  announcePayment(work, ended);
  return ended;
}

const settled = {
  providerState: 'SETTLED',
  nextCheckAt: null,
  challengeUrl: null,
  challengeExpiresAt: null,
} as const;

/** One update, guarded by the state that it leaves: the row is locked, so it always hits. */
async function move(
  { tx }: PaymentsWork,
  { id }: PaymentRow,
  status: PaymentStatus,
  data: Prisma.PaymentUpdateManyMutationInput,
): Promise<PaymentRow> {
  const [moved] = await tx.payment.updateManyAndReturn({ where: { id, status }, data });
  if (moved === undefined) throw new Error(`Payment ${id} was not ${status} any more`);
  return moved;
}
