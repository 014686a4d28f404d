import { registerEnumType } from 'type-graphql';
import type { Schedule } from '../generated/prisma/client.ts';

export const SalePhase = {
  BEFORE_SALE: 'BEFORE_SALE',
  PRESALE: 'PRESALE',
  ON_SALE: 'ON_SALE',
  ENDED: 'ENDED',
} as const;
export type SalePhase = keyof typeof SalePhase;

registerEnumType(SalePhase, {
  name: 'SalePhase',
  description: 'Where the sale of a performance stands now, by its state and its dates.',
  valuesConfig: {
    BEFORE_SALE: { description: 'Nobody can buy yet.' },
    PRESALE: { description: 'Only those invited to the presale can buy.' },
    ON_SALE: { description: 'Everybody can buy.' },
    ENDED: { description: 'Nobody can buy any more.' },
  },
});

type SaleWindows = Pick<
  Schedule,
  'status' | 'presaleStartsAt' | 'presaleEndsAt' | 'onSaleAt' | 'offSaleAt'
>;

/** Where the sale stands at the instant. A window includes its start and excludes its end. */
export function salePhaseOf(schedule: SaleWindows, now: Date): SalePhase {
  const { status, presaleStartsAt, presaleEndsAt, onSaleAt, offSaleAt } = schedule;
  if (status === 'CLOSED' || status === 'COMPLETED' || now >= offSaleAt) return 'ENDED';
  if (status === 'DRAFT') return 'BEFORE_SALE';
  if (now >= onSaleAt) return 'ON_SALE';
  if (presaleStartsAt === null || presaleEndsAt === null) return 'BEFORE_SALE';
  return now >= presaleStartsAt && now < presaleEndsAt ? 'PRESALE' : 'BEFORE_SALE';
}
