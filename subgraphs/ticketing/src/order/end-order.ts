import type { OrderCancelled, RefundRequested } from '@plaza/schema/events';
import { recordAudit } from '../audit/record-audit.ts';
import type { Order, OrderStatus, Ticket } from '../generated/prisma/client.ts';
import { freeBookedSeats } from '../hold/taken-seats.ts';
import { announceOrder, announceSeats, announceTicket } from '../live/announce.ts';
import { releasePromoCode } from '../promo-code/use-promo-code.ts';
import type { Actor, Work } from '../transactions.ts';
import { readKeptMoney, requestKeptMoney } from './order-money.ts';
import { toTicketChanged } from './settle-order.ts';

type CancelReason = OrderCancelled['reason'];

interface OrderEnd {
  readonly orderId: string;
  /** States that it may be cancelled from. */
  readonly from: readonly ('PENDING' | 'PAID')[];
  readonly reason: CancelReason;
  readonly actor: Actor;
  readonly now: Date;
}

const refundReasons: Readonly<Record<CancelReason, RefundRequested['reason']>> = {
  BUYER: 'BUYER',
  STAFF: 'STAFF',
  EXPIRED: 'ORDER_CANCELLED',
  PAYMENT_FAILED: 'ORDER_CANCELLED',
  SCHEDULE_CANCELLED: 'SCHEDULE_CANCELLED',
};

/**
 * Cancels the order if it is in one of the states: tickets end, seats become free, money goes back.
 * Resolves to false, with nothing changed, if it is in another state.
 */
export async function cancelOrder(work: Work, end: OrderEnd): Promise<boolean> {
  const { orderId, from, reason, actor, now } = end;
  const before = await lockOrder(work, orderId);
  if (before === undefined || !from.some((status) => status === before)) return false;
  const order = await work.tx.order.update({
    where: { id: orderId, status: before },
    data: { status: 'CANCELLED', endedAt: now, endReason: reason },
  });
  work.send('order.cancelled', { orderId, buyerId: order.buyerId, reason });
  const amountMinor = await readKeptMoney(work.tx, orderId);
  await requestKeptMoney(work, { orderId, amountMinor, reason: refundReasons[reason], actor, now });
  await endTickets(work, orderId, reason === 'EXPIRED' ? 'EXPIRED' : 'CANCELLED');
  if (before === 'PENDING') await releasePromoCode(work.tx, { orderId, now });
  await recordEnd(work, order, { before, reason, actor, now });
  return true;
}

/** Ends a paid order whose money has all gone back. Lock the order first. */
export async function endRefundedOrder(
  work: Work,
  { orderId, actor, now }: Pick<OrderEnd, 'orderId' | 'actor' | 'now'>,
): Promise<void> {
  const [order] = await work.tx.order.updateManyAndReturn({
    where: { id: orderId, status: 'PAID' },
    data: { status: 'REFUNDED', endedAt: now, endReason: 'STAFF' },
  });
  if (order === undefined) return;
  await endTickets(work, orderId, 'CANCELLED');
  await recordEnd(work, order, { before: 'PAID', reason: 'STAFF', actor, now });
}

/** Holds the order still for the rest of the transaction; resolves to its state. */
export async function lockOrder(work: Work, orderId: string): Promise<OrderStatus | undefined> {
  const [row] = await work.tx.$queryRaw<{ status: OrderStatus }[]>`
    SELECT status FROM orders WHERE id = ${orderId}::uuid FOR UPDATE`;
  return row?.status;
}

/** Tickets that wait for payment end as told; those that are valid are cancelled. */
async function endTickets(
  work: Work,
  orderId: string,
  unpaidBecome: 'EXPIRED' | 'CANCELLED',
): Promise<void> {
  const { tx } = work;
  const unpaid = await tx.ticket.updateManyAndReturn({
    where: { orderId, status: 'PENDING_PAYMENT' },
    data: { status: unpaidBecome },
  });
  const issued = await tx.ticket.updateManyAndReturn({
    where: { orderId, status: 'ISSUED' },
    data: { status: 'CANCELLED' },
  });
  const ended: Ticket[] = [...unpaid, ...issued];
  const seats = await freeBookedSeats(
    tx,
    ended.map(({ id }) => id),
  );
  announceSeats(work, seats, 'FREE');
  for (const ticket of issued) work.send('ticket.cancelled', toTicketChanged(ticket, null));
  for (const ticket of ended) announceTicket(work, ticket, ticket.ownerId);
}

async function recordEnd(
  work: Work,
  order: Order,
  { before, reason, actor, now }: Omit<OrderEnd, 'orderId' | 'from'> & { before: OrderStatus },
): Promise<void> {
  announceOrder(work, order);
  const action = order.status === 'REFUNDED' ? 'order.refunded' : 'order.cancelled';
  await recordAudit(work.tx, {
    ...{ actor, at: now, action, entityType: 'Order', entityId: order.id },
    before: { status: before },
    after: { status: order.status, reason },
  });
}
