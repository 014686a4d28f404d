import type { StoredEvent } from './ledger.ts';
import { newId } from './new-id.ts';
import { type SandboxPayment, type SandboxRefund, toPaymentBody, toRefundBody } from './payment.ts';

/** What happened, before it has an id. */
export interface PendingEvent {
  readonly type: string;
  readonly payment: SandboxPayment;
  readonly refund?: SandboxRefund;
}

export function paymentEvent(payment: SandboxPayment): PendingEvent {
  return { type: `payment.${payment.status}`, payment };
}

export function refundEvent(payment: SandboxPayment, refund: SandboxRefund): PendingEvent {
  return { type: `refund.${refund.status}`, payment, refund };
}

/** The event as it is kept and posted: a snapshot, so that a late delivery tells of its own time. */
export function toStoredEvent(
  { type, payment, refund }: PendingEvent,
  { atMs, publicUrl }: { readonly atMs: number; readonly publicUrl: string },
): StoredEvent {
  const id = newId('evt');
  const body = JSON.stringify({
    id,
    type,
    created_at: new Date(atMs).toISOString(),
    data: {
      payment: toPaymentBody(payment, publicUrl),
      ...(refund === undefined ? {} : { refund: toRefundBody(refund) }),
    },
  });
  return { id, type, paymentId: payment.id, createdAtMs: atMs, body, state: 'pending' };
}
