import { type CardToken, cardScript } from './card-tokens.ts';

export type PaymentStatus =
  | 'requires_challenge'
  | 'processing'
  | 'captured'
  | 'declined'
  | 'cancelled'
  | 'expired';

export interface SandboxRefund {
  readonly id: string;
  readonly amount: number;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly reference: string | null;
  readonly createdAtMs: number;
  /** When a pending one ends, and how. */
  readonly next: { readonly atMs: number; readonly to: 'succeeded' | 'failed' } | null;
}

/** A payment as the sandbox keeps it; a change makes a new object. Amounts are minor units. */
export interface SandboxPayment {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  /** The merchant's own name for it. */
  readonly reference: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly returnUrl: string | null;
  readonly card: CardToken;
  readonly challengeId: string | null;
  readonly status: PaymentStatus;
  readonly declineCode: string | null;
  readonly refunds: readonly SandboxRefund[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** What happens by itself next, and when. */
  readonly next: {
    readonly atMs: number;
    readonly to: 'captured' | 'declined' | 'expired';
  } | null;
}

/** What a merchant and the events' receiver see of a payment. */
export function toPaymentBody(payment: SandboxPayment, publicUrl: string) {
  const { brand, last4 } = cardScript(payment.card);
  const isOpen = payment.status === 'requires_challenge' && payment.next !== null;
  return {
    id: payment.id,
    status: payment.status,
    amount: payment.amount,
    currency: currencyOf(payment),
    amount_captured: capturedAmount(payment),
    amount_refunded: refundedAmount(payment, ['succeeded']),
    reference: payment.reference,
    metadata: payment.metadata,
    card: { brand, last4 },
    decline_code: payment.declineCode,
    challenge: isOpen
      ? {
          url: `${publicUrl}/challenge/${payment.challengeId}`,
          expires_at: toIso(payment.next.atMs),
        }
      : null,
    return_url: payment.returnUrl,
    refunds: payment.refunds.map(toRefundBody),
    created_at: toIso(payment.createdAtMs),
    updated_at: toIso(payment.updatedAtMs),
  };
}

/** What a merchant and the events' receiver see of a refund. */
export function toRefundBody(refund: SandboxRefund) {
  return {
    id: refund.id,
    amount: refund.amount,
    status: refund.status,
    reference: refund.reference,
    created_at: toIso(refund.createdAtMs),
  };
}

/** What may still be given back: captured, less what was and what is being refunded. */
export function refundableAmount(payment: SandboxPayment): number {
  return capturedAmount(payment) - refundedAmount(payment, ['succeeded', 'pending']);
}

/** When the payment or one of its refunds changes by itself; undefined when nothing will. */
export function nextChangeMs(payment: SandboxPayment): number | undefined {
  const times = [payment.next, ...payment.refunds.map((refund) => refund.next)].flatMap((next) =>
    next === null ? [] : [next.atMs],
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

/** What was taken of the card. */
export function capturedAmount({ status, amount, card }: SandboxPayment): number {
  if (status !== 'captured') return 0;
  const { captures } = cardScript(card);
  if (captures === 'half') return Math.floor(amount / 2);
  return captures === 'double' ? amount * 2 : amount;
}

function currencyOf({ status, currency, card }: SandboxPayment): string {
  const isInDollars = status === 'captured' && cardScript(card).captures === 'dollars';
  return isInDollars ? 'USD' : currency;
}

function refundedAmount(
  { refunds }: SandboxPayment,
  statuses: readonly SandboxRefund['status'][],
): number {
  return refunds
    .filter(({ status }) => statuses.includes(status))
    .reduce((sum, { amount }) => sum + amount, 0);
}

function toIso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
