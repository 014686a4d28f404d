import type { Currency } from './generated/graphql.ts';

/** As the graph has it: 12550 with MXN is 125.50 pesos. */
export interface Money {
  readonly amountMinor: number;
  readonly currency: Currency;
}

/** The amount as people of that language write it. */
export function formatMoney({ amountMinor, currency }: Money, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** digits);
}

/** Adds amounts. Throws RangeError for two currencies: nobody knows their sum. */
export function addMoney(first: Money, ...others: readonly Money[]): Money {
  const { currency } = first;
  if (others.some((other) => other.currency !== currency)) {
    throw new RangeError(`All amounts must be in ${currency}`);
  }
  const amountMinor = others.reduce((sum, other) => sum + other.amountMinor, first.amountMinor);
  return { amountMinor, currency };
}
