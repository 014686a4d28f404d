import type { Currency, PaymentMethod } from '../generated/prisma/client.ts';

/** What somebody hands over at the counter. */
export interface Tender {
  readonly method: PaymentMethod;
  /** In minor units of its currency. */
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly creditAccountId: string | null;
  readonly slipReference: string | null;
}

/** A tender with what of it counts for the order, in centavos. */
export interface PlannedPayment {
  readonly tender: Tender;
  readonly amountMinor: number;
  /** Thousandths of a peso for a dollar; null for pesos. */
  readonly exchangeRateMilli: number | null;
  /** Handed back, in centavos; null where no change is given. */
  readonly changeMinor: number | null;
}

export type TenderPlan =
  | { readonly kind: 'covered'; readonly payments: readonly PlannedPayment[] }
  | { readonly kind: 'too_low'; readonly missingMinor: number }
  /** No change is given for it, and only so much was left to pay when its turn came. */
  | { readonly kind: 'too_large'; readonly tender: Tender; readonly remainingMinor: number };

/** The fixed sequence: card terminal, client credit, pesos, dollars, the rest. */
function rankOf({ method, currency }: Tender): number {
  if (method === 'CARD') return 0;
  if (method === 'CLIENT_CREDIT') return 1;
  if (method === 'CASH') return currency === 'MXN' ? 2 : 3;
  return 4;
}

/**
 * Spreads an amount in centavos over tenders in the fixed sequence. Only cash may be more than what is
 * left; the change is in pesos.
 */
export function planTenders(
  totalMinor: number,
  tenders: readonly Tender[],
  usdRateMilli: number,
): TenderPlan {
  const payments: PlannedPayment[] = [];
  let remainingMinor = totalMinor;
  for (const tender of tenders.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    const exchangeRateMilli = tender.currency === 'USD' ? usdRateMilli : null;
    const worthMinor = Math.floor((tender.amountMinor * (exchangeRateMilli ?? 1_000)) / 1_000);
    const isCash = tender.method === 'CASH';
    if (remainingMinor === 0 || (!isCash && worthMinor > remainingMinor)) {
      return { kind: 'too_large', tender, remainingMinor };
    }
    const amountMinor = Math.min(worthMinor, remainingMinor);
    const changeMinor = isCash ? worthMinor - amountMinor : null;
    payments.push({ tender, amountMinor, exchangeRateMilli, changeMinor });
    remainingMinor -= amountMinor;
  }
  return remainingMinor > 0
    ? { kind: 'too_low', missingMinor: remainingMinor }
    : { kind: 'covered', payments };
}
