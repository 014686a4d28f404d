import type { Currency, Prisma, Schedule } from '../generated/prisma/client.ts';
import type { PromoCodeObstacle } from './promo-code-result.type.ts';
import { discountOf, findPromoCodeObstacle } from './promo-code-rules.ts';

export interface PromoCodeUsage {
  /** In upper case, as `codeSchema` makes it. */
  readonly code: string;
  /** The order, which may be written later in the same transaction. */
  readonly orderId: string;
  readonly schedule: Pick<Schedule, 'id' | 'eventId'>;
  /** The buyer; none for a sale to somebody without an account. */
  readonly userId: string | null;
  /** Sum of the seats' prices, without fees and taxes. */
  readonly subtotalMinor: number;
  readonly currency: Currency;
  readonly now: Date;
}

/** What the code takes off the order, or why it takes nothing. */
export type PromoCodeUsed =
  | { readonly promoCodeId: string; readonly discountMinor: number }
  | { readonly obstacle: PromoCodeObstacle };

/**
 * Uses a code for an order, within its limits however many use it at once: they wait for each other
 * from here to the end of their transactions, so take everything else that is fought over first. An
 * obstacle leaves nothing changed.
 */
export async function usePromoCode(
  tx: Prisma.TransactionClient,
  usage: PromoCodeUsage,
): Promise<PromoCodeUsed> {
  const { orderId, userId, now, ...order } = usage;
  await tx.$executeRaw`
    SELECT 1 FROM promo_codes WHERE code = ${order.code} FOR NO KEY UPDATE`;
  const code = await tx.promoCode.findUnique({ where: { code: order.code } });
  const usesOfUser = code === null ? 0 : await countUsesOf(code.id, userId, tx);
  const obstacle = findPromoCodeObstacle(code, { ...order, userId, usesOfUser, now });
  if (code === null || obstacle !== undefined) return { obstacle: obstacle ?? 'UNKNOWN' };
  const promoCodeId = code.id;
  const discountMinor = discountOf(code, order.subtotalMinor);
  await tx.promoCodeUse.create({
    data: { orderId, promoCodeId, userId, discountMinor, usedAt: now },
  });
  await tx.promoCode.update({ where: { id: promoCodeId }, data: { usesCount: { increment: 1 } } });
  return { promoCodeId, discountMinor };
}

/**
 * Gives the use back when an order ends without having been paid. An order without a code, and one
 * that gave it back before, change nothing.
 */
export async function releasePromoCode(
  tx: Prisma.TransactionClient,
  { orderId, now }: { readonly orderId: string; readonly now: Date },
): Promise<void> {
  const [released] = await tx.promoCodeUse.updateManyAndReturn({
    where: { orderId, releasedAt: null },
    data: { releasedAt: now },
  });
  if (released === undefined) return;
  await tx.promoCode.update({
    where: { id: released.promoCodeId },
    data: { usesCount: { decrement: 1 } },
  });
}

/** Orders of one person that use the code now. */
export async function countUsesOf(
  promoCodeId: string,
  userId: string | null,
  tx: Pick<Prisma.TransactionClient, 'promoCodeUse'>,
): Promise<number> {
  if (userId === null) return 0;
  return tx.promoCodeUse.count({ where: { promoCodeId, userId, releasedAt: null } });
}
