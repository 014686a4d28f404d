import type { Currency, PromoCode, Schedule } from '../generated/prisma/client.ts';
import type { PromoCodeObstacle, PromoCodeRefused } from './promo-code-result.type.ts';

/** What an order looks like to a code. */
export interface PromoCodePurpose {
  readonly schedule: Pick<Schedule, 'id' | 'eventId'>;
  /** None while the performance has no prices. */
  readonly currency: Currency | null;
  /** The buyer; none for a sale to somebody without an account. */
  readonly userId: string | null;
  /** Orders of the buyer that use the code now. */
  readonly usesOfUser: number;
  readonly now: Date;
}

/** What keeps the code from being used for this, or undefined if nothing does. */
export function findPromoCodeObstacle(
  code: PromoCode | null,
  { schedule, currency, userId, usesOfUser, now }: PromoCodePurpose,
): PromoCodeObstacle | undefined {
  if (code === null || code.disabledAt !== null || now < code.validFrom) return 'UNKNOWN';
  if (now >= code.validUntil) return 'EXPIRED';
  if (code.eventId !== null && code.eventId !== schedule.eventId) return 'ELSEWHERE';
  if (code.scheduleId !== null && code.scheduleId !== schedule.id) return 'ELSEWHERE';
  if (code.currency !== null && code.currency !== currency) return 'ELSEWHERE';
  if (code.usesMax !== null && code.usesCount >= code.usesMax) return 'USED_UP';
  if (code.usesPerUserMax === null) return undefined;
  if (userId === null) return 'ACCOUNT_NEEDED';
  return usesOfUser >= code.usesPerUserMax ? 'USED_BY_YOU' : undefined;
}

/**
 * What the code takes off seats whose prices sum up to the subtotal, in minor units: percentages are
 * rounded half up, and it never takes more than the subtotal.
 */
export function discountOf(
  { percentOff, amountOffMinor }: Pick<PromoCode, 'percentOff' | 'amountOffMinor'>,
  subtotalMinor: number,
): number {
  if (percentOff !== null) return Math.round((subtotalMinor * percentOff) / 100);
  return Math.min(amountOffMinor ?? 0, subtotalMinor);
}

const messages: Readonly<Record<PromoCodeObstacle, string>> = {
  UNKNOWN: 'There is no such code',
  EXPIRED: 'This code does not hold any more',
  ELSEWHERE: 'This code is for something else',
  USED_UP: 'This code has been used up',
  USED_BY_YOU: 'You have used this code as often as you may',
  ACCOUNT_NEEDED: 'This code needs a buyer with an account',
};

/** The obstacle as a member of a result union. */
export function toPromoCodeRefused(obstacle: PromoCodeObstacle): PromoCodeRefused {
  return { __typename: 'PromoCodeRefused', message: messages[obstacle], obstacle };
}
