import { isDeepStrictEqual } from 'node:util';
import { requireScope, requireViewer } from '@plaza/kit/auth/viewer';
import { parseInput } from '@plaza/kit/parse-input';
import { AppError } from '@plaza/schema/errors';
import { actorOf, type TicketingContext } from '../context.ts';
import type { Order, SeatHold } from '../generated/prisma/client.ts';
import {
  holdEnded,
  holdSeatsMax,
  insertHold,
  requireOwnHold,
  seatsTaken,
  takeForHold,
} from '../hold/hold.service.ts';
import type { ScheduleNotOnSale } from '../hold/hold.type.ts';
import { phaseOfSale, requirePricedSeats, requireSale, type Sale } from '../hold/sale.ts';
import { toPromoCodeRefused } from '../promo-code/promo-code-rules.ts';
import type { SalePhase } from '../schedule/sale-phase.ts';
import { insertOrder, lockSale, type OrderRefusal } from './insert-order.ts';
import {
  type BoxOfficeSaleInput,
  boxOfficeSaleSchema,
  type ParsedBoxOfficeSale,
  type PlaceOrderInput,
  placeOrderSchema,
} from './order.input.ts';
import type { BoxOfficeSaleResult, PlaceOrderResult } from './order-result.type.ts';

/**
 * Orders what the viewer holds, at the prices of this moment. The same key, and the same hold, find the
 * same order. Throws UNAUTHENTICATED; BAD_USER_INPUT if the viewer has no such hold, or for a key that
 * was used for another.
 */
export async function placeOrder(
  given: PlaceOrderInput,
  ctx: TicketingContext,
): Promise<PlaceOrderResult> {
  const { userId } = requireViewer(ctx);
  const { holdId, idempotencyKey, promoCode } = parseInput(placeOrderSchema, given);
  const earlier = await orderOfHold(holdId, idempotencyKey, ctx);
  if (earlier !== null) return toResult(earlier);
  const hold = await requireOwnHold(holdId, ctx);
  const sale = await saleOfHold(hold, ctx);
  const made = await ctx.transactions.runUndoable(
    async (work, undo: (refusal: OrderRefusal) => never) => {
      const order = await insertOrder(work, {
        ...{ hold, sale, idempotencyKey, now: ctx.now, channel: 'ONLINE', sellerId: null },
        ...{ buyerId: userId, promoCode, isCourtesy: false },
        actor: { ...actorOf(ctx), userId },
      });
      return 'refusal' in order ? undo(order) : order;
    },
  );
  if (!('refusal' in made)) return toResult(made);
  if (made.refusal === 'not on sale') return notOnSale(sale, made.phase);
  if (made.refusal === 'promo code') return toPromoCodeRefused(made.obstacle);
  // A rival request of the same viewer may have ordered it meanwhile.
  const rival = await orderOfHold(holdId, idempotencyKey, ctx);
  return rival === null ? holdEnded(holdId, ctx) : toResult(rival);
}

/**
 * Sells seats over the counter, all or none: they are held and ordered at once; payments takes the
 * money. A courtesy costs nothing and is paid at once. Throws UNAUTHENTICATED; FORBIDDEN without the
 * scope order:write; BAD_USER_INPUT as `holdSeats`.
 */
export async function sellAtBoxOffice(
  given: BoxOfficeSaleInput,
  ctx: TicketingContext,
): Promise<BoxOfficeSaleResult> {
  const { userId } = requireScope(ctx, 'order:write');
  const input = parseInput(boxOfficeSaleSchema, given);
  const earlier = await orderOfKey(userId, input.idempotencyKey, ctx);
  if (earlier !== null) return toResult(await requireSameSale(earlier, input, ctx));
  if (input.seatIds.length > holdSeatsMax) {
    return { __typename: 'TooManySeats', seatsMax: holdSeatsMax };
  }
  const sale = await requireSale(input.scheduleId, ctx);
  const phase = phaseOfSale(sale, ctx.now);
  // Those who were invited to the presale may buy at the counter.
  if (phase !== 'ON_SALE' && phase !== 'PRESALE') return notOnSale(sale, phase);
  await requirePricedSeats(ctx.database, sale, input.seatIds);
  const made = await ctx.transactions.runUndoable(
    async (work, undo: (refusal: OrderRefusal | readonly string[]) => never) => {
      await lockSale(work, sale); // before the seats, as everybody who takes both
      const wish = { ...input, idempotencyKey: `sale ${input.idempotencyKey}` };
      const hold = await insertHold(work, { ...wish, sale, source: 'BOX_OFFICE' }, ctx);
      if (hold === undefined) return undo({ refusal: 'key used' });
      const lost = await takeForHold(work, hold, ctx);
      if (lost.length > 0) return undo(lost);
      const order = await insertOrder(work, {
        ...{ hold, sale, now: ctx.now, channel: 'BOX_OFFICE', sellerId: userId },
        buyerId: input.buyerId,
        idempotencyKey: input.idempotencyKey,
        ...{ promoCode: input.promoCode, isCourtesy: input.isCourtesy },
        actor: { ...actorOf(ctx), userId },
      });
      return 'refusal' in order ? undo(order) : order;
    },
  );
  if (isLost(made)) return seatsTaken(made, ctx);
  if (!('refusal' in made)) return toResult(made);
  if (made.refusal === 'not on sale') return notOnSale(sale, made.phase);
  if (made.refusal === 'promo code') return toPromoCodeRefused(made.obstacle);
  const rival = await orderOfKey(userId, input.idempotencyKey, ctx);
  if (rival === null) throw keyUsed();
  return toResult(await requireSameSale(rival, input, ctx));
}

function isLost(made: Order | OrderRefusal | readonly string[]): made is readonly string[] {
  return Array.isArray(made);
}

async function saleOfHold({ scheduleId }: SeatHold, { loaders }: TicketingContext): Promise<Sale> {
  const schedule = await loaders.scheduleById.load(scheduleId);
  const event = schedule && (await loaders.eventById.load(schedule.eventId));
  if (schedule === undefined || event === undefined) {
    throw new Error(`Schedule ${scheduleId} of a hold is gone`);
  }
  return { schedule, event };
}

function notOnSale({ schedule: { onSaleAt } }: Sale, phase: SalePhase): ScheduleNotOnSale {
  return { __typename: 'ScheduleNotOnSale', phase, onSaleAt };
}

/** What the viewer has ordered by this key or from this hold. Throws BAD_USER_INPUT if these differ. */
async function orderOfHold(
  holdId: string,
  idempotencyKey: string,
  ctx: TicketingContext,
): Promise<Order | null> {
  const { userId } = requireViewer(ctx);
  const byKey = await orderOfKey(userId, idempotencyKey, ctx);
  if (byKey !== null && byKey.holdId !== holdId) throw keyUsed();
  return byKey ?? ctx.database.order.findFirst({ where: { holdId, placedById: userId } });
}

function orderOfKey(
  userId: string,
  idempotencyKey: string,
  { database }: TicketingContext,
): Promise<Order | null> {
  const where = { placedById_idempotencyKey: { placedById: userId, idempotencyKey } };
  return database.order.findUnique({ where });
}

/** Throws BAD_USER_INPUT if the order was made for another wish than this one. */
async function requireSameSale(
  order: Order,
  { scheduleId, buyerId, seatIds, isCourtesy, promoCode }: ParsedBoxOfficeSale,
  { database }: TicketingContext,
): Promise<Order> {
  const wish = { scheduleId, buyerId, isCourtesy, promoCode, seatIds: [...seatIds].sort() };
  if (order.holdId === null) throw keyUsed(); // no sale over the counter
  const [hold, use] = await Promise.all([
    database.seatHold.findUniqueOrThrow({ where: { id: order.holdId } }),
    database.promoCodeUse.findFirst({ where: { orderId: order.id }, include: { promoCode: true } }),
  ]);
  const fullMinor = order.subtotalMinor + order.feesMinor + order.taxesMinor;
  // What costs nothing anyway is the same sale with and without.
  const isGiven = fullMinor === 0 ? isCourtesy : order.discountMinor === fullMinor;
  const made: typeof wish = {
    scheduleId: order.scheduleId,
    buyerId: order.buyerId,
    isCourtesy: use === null && isGiven,
    promoCode: use?.promoCode.code ?? null,
    seatIds: hold.seatIds,
  };
  if (isDeepStrictEqual(made, wish)) return order;
  throw keyUsed();
}

function keyUsed(): AppError {
  return new AppError('BAD_USER_INPUT', 'This idempotencyKey was used for another purchase', {
    details: { field: 'idempotencyKey' },
  });
}

function toResult(order: Order) {
  return { ...order, __typename: 'Order' } as const;
}
