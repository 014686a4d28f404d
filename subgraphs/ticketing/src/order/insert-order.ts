import { createUuidV7 } from '@plaza/kit/uuid';
import { recordAudit } from '../audit/record-audit.ts';
import type { Order, OrderChannel, SeatHold } from '../generated/prisma/client.ts';
import { type PricedSeat, phaseOfSale, requirePricedSeats, type Sale } from '../hold/sale.ts';
import { bookHeldSeats } from '../hold/taken-seats.ts';
import { announceOrder, announceSeats } from '../live/announce.ts';
import type { PromoCodeObstacle } from '../promo-code/promo-code-result.type.ts';
import { usePromoCode } from '../promo-code/use-promo-code.ts';
import { shareSale } from '../schedule/sale-lock.ts';
import type { SalePhase } from '../schedule/sale-phase.ts';
import type { Actor, Work } from '../transactions.ts';
import { settleOrder } from './settle-order.ts';

/** Least time to pay, however late the order is placed in its hold. */
const payMsMin = 5 * 60_000;

export interface NewOrder {
  readonly hold: SeatHold;
  readonly sale: Sale;
  readonly channel: OrderChannel;
  readonly buyerId: string | null;
  readonly sellerId: string | null;
  readonly idempotencyKey: string;
  /** In upper case; null without one. */
  readonly promoCode: string | null;
  /** True takes all of it off. */
  readonly isCourtesy: boolean;
  readonly actor: Actor & { readonly userId: string };
  readonly now: Date;
}

/** Why an order was not made; the caller rolls back. */
export type OrderRefusal =
  | { readonly refusal: 'hold ended' | 'key used' }
  | { readonly refusal: 'not on sale'; readonly phase: SalePhase }
  | { readonly refusal: 'promo code'; readonly obstacle: PromoCodeObstacle };

/**
 * Turns a hold into an order at the prices of this moment: its seats are booked for tickets that wait
 * for payment, the hold ends. One that costs nothing is paid at once. Throws BAD_USER_INPUT for seats
 * that have lost their price.
 */
export async function insertOrder(work: Work, order: NewOrder): Promise<Order | OrderRefusal> {
  const { tx } = work;
  const { hold, now } = order;
  const ended = await tx.seatHold.updateMany({
    where: { id: hold.id, status: 'ACTIVE', expiresAt: { gt: now } },
    data: { status: 'RELEASED' },
  });
  if (ended.count === 0) return { refusal: 'hold ended' };
  const sale = await lockSale(work, order.sale);
  // Whoever holds seats in time may finish after the sale's end, but not after a call-off.
  if (sale.schedule.status !== 'ON_SALE' || sale.event.status !== 'PUBLISHED') {
    return { refusal: 'not on sale', phase: phaseOfSale(sale, now) };
  }
  const seats = await requirePricedSeats(tx, sale, hold.seatIds);
  const id = createUuidV7();
  const amounts = sumUp(seats);
  const discount = await takeDiscount(work, { ...order, sale }, { id, amounts });
  if ('obstacle' in discount) return { refusal: 'promo code', obstacle: discount.obstacle };
  const row = toOrderRow(order, { ...amounts, ...discount });
  const { count } = await tx.order.createMany({ data: { id, ...row }, skipDuplicates: true });
  if (count === 0) return { refusal: 'key used' };
  const tickets = seats.map((seat) => toTicketRow(order, seat, id));
  await tx.ticket.createMany({ data: tickets });
  const booked = await bookHeldSeats(tx, hold.id, tickets);
  if (booked.length < tickets.length) return { refusal: 'hold ended' };
  announceSeats(work, booked, 'BOOKED');
  await tellOfOrder(work, order, id);
  await settleOrder(work, { orderId: id, actor: order.actor, now });
  return tx.order.findUniqueOrThrow({ where: { id } });
}

/**
 * The performance as it is, held still: whoever takes it off sale waits for this transaction, or is
 * seen by it; sales that come after such a one wait behind it.
 */
export async function lockSale({ tx }: Work, { schedule: { id }, event }: Sale): Promise<Sale> {
  await shareSale(tx, id);
  return { event, schedule: await tx.schedule.findUniqueOrThrow({ where: { id } }) };
}

type Amounts = ReturnType<typeof sumUp>;

/** The sums that an order shows, and the currency of the price list. */
function sumUp(seats: readonly PricedSeat[]) {
  const [first] = seats;
  if (first === undefined) throw new Error('An order needs seats');
  const sum = (amount: 'priceMinor' | 'feeMinor' | 'taxMinor') =>
    seats.reduce((total, { price }) => total + price[amount], 0);
  return {
    currency: first.price.currency,
    subtotalMinor: sum('priceMinor'),
    feesMinor: sum('feeMinor'),
    taxesMinor: sum('taxMinor'),
  };
}

/** What is taken off, or why the promo code takes nothing. */
async function takeDiscount(
  { tx }: Work,
  { isCourtesy, promoCode, buyerId, sale, now }: NewOrder,
  { id, amounts }: { readonly id: string; readonly amounts: Amounts },
): Promise<{ readonly discountMinor: number } | { readonly obstacle: PromoCodeObstacle }> {
  const { subtotalMinor, feesMinor, taxesMinor, currency } = amounts;
  if (isCourtesy) return { discountMinor: subtotalMinor + feesMinor + taxesMinor };
  if (promoCode === null) return { discountMinor: 0 };
  const { schedule } = sale;
  const order = { orderId: id, schedule, userId: buyerId, subtotalMinor, currency, now };
  const used = await usePromoCode(tx, { code: promoCode, ...order });
  return 'obstacle' in used ? used : { discountMinor: used.discountMinor };
}

function toOrderRow(order: NewOrder, amounts: Amounts & { readonly discountMinor: number }) {
  const { subtotalMinor, feesMinor, taxesMinor, discountMinor } = amounts;
  const { hold, now } = order;
  return {
    ...amounts,
    scheduleId: hold.scheduleId,
    holdId: hold.id,
    buyerId: order.buyerId,
    sellerId: order.sellerId,
    channel: order.channel,
    totalMinor: subtotalMinor + feesMinor + taxesMinor - discountMinor,
    createdAt: now,
    payableUntil: new Date(Math.max(hold.expiresAt.getTime(), now.getTime() + payMsMin)),
    placedById: order.actor.userId,
    idempotencyKey: order.idempotencyKey,
  };
}

function toTicketRow({ hold, buyerId, now }: NewOrder, seat: PricedSeat, orderId: string) {
  const { sectionLabel, rowLabel, seatLabel, sectionId, price } = seat;
  const { priceMinor, feeMinor, taxMinor, currency } = price;
  return {
    ...{ sectionLabel, rowLabel, seatLabel, sectionId, priceMinor, feeMinor, taxMinor, currency },
    id: createUuidV7(),
    orderId,
    scheduleId: hold.scheduleId,
    seatId: seat.id,
    holderId: buyerId,
    ownerId: buyerId,
    code: `${sectionLabel}-${rowLabel}-${seatLabel}`,
    // Without an account there is no screen that could show it.
    isDigital: buyerId !== null,
    createdAt: now,
  };
}

async function tellOfOrder(work: Work, { actor, hold, now }: NewOrder, id: string): Promise<void> {
  const order = await work.tx.order.findUniqueOrThrow({ where: { id } });
  const { buyerId, sellerId, channel, totalMinor, currency, payableUntil, status } = order;
  work.send('order.created', {
    ...{ buyerId, sellerId, channel, totalMinor, currency },
    orderId: id,
    reference: `ORD${order.number}`,
    payableUntil: (payableUntil ?? now).toISOString(),
  });
  announceOrder(work, order);
  await recordAudit(work.tx, {
    ...{ actor, at: now, action: 'order.placed', entityType: 'Order', entityId: id },
    after: { status, channel, buyerId, totalMinor, currency, seatIds: hold.seatIds },
  });
}
