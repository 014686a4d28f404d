import { type Money, money } from '@plaza/kit/money.type';
import type { PriceList, PriceListItem, Section } from '../generated/prisma/client.ts';

/** A price with the currency of its list. */
export type Price = PriceListItem & Pick<PriceList, 'currency'>;

/** A price list with all its prices: one or two a zone, so never many. */
export type PriceListWithItems = PriceList & { readonly items: readonly PriceListItem[] };

/** What a buyer pays for one seat. */
export function totalOf({ priceMinor, feeMinor, taxMinor, currency }: Price): Money {
  return money(priceMinor + feeMinor + taxMinor, currency);
}

/** The smallest total of the list, or null if it has no prices. */
export function lowestPriceOf({ items, currency }: PriceListWithItems): Money | null {
  const totals = items.map((item) => totalOf({ ...item, currency }));
  return totals.toSorted((a, b) => a.amountMinor - b.amountMinor)[0] ?? null;
}

/** The price of the section's seats: its own or its zone's; null if it is not for sale. */
export function priceOfSection(
  { items, currency }: PriceListWithItems,
  section: Pick<Section, 'id' | 'zoneId'>,
): Price | null {
  const item =
    items.find(({ sectionId }) => sectionId === section.id) ??
    items.find(({ zoneId }) => zoneId === section.zoneId);
  return item === undefined ? null : { ...item, currency };
}
