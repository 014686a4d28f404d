import { randomBytes } from 'node:crypto';
import { recordAudit } from '../audit/record-audit.ts';
import type { Order, Ticket } from '../generated/prisma/client.ts';
import { announceOrder, announceTicket } from '../live/announce.ts';
import type { Actor, Work } from '../transactions.ts';
import { keptMoneySql, readKeptMoney, requestKeptMoney } from './order-money.ts';

/** Random bytes of a ticket's private token. */
const tokenBytes = 24;

/** A fresh private token: with each new one, what was known of the old proves nothing. */
export function createPrivateToken(): string {
  return randomBytes(tokenBytes).toString('base64url');
}

interface Settlement {
  readonly orderId: string;
  readonly actor: Actor;
  readonly now: Date;
}

/**
 * Makes a pending order paid if the money that it has covers its total: its tickets are issued, what is
 * too much goes back. Does nothing otherwise. Lock the order first.
 */
export async function settleOrder(work: Work, { orderId, actor, now }: Settlement): Promise<void> {
  const { tx } = work;
  const paid = await tx.$executeRaw`
    UPDATE orders SET status = 'PAID', paid_at = ${now}
    WHERE id = ${orderId}::uuid AND status = 'PENDING' AND total_minor <= ${keptMoneySql(orderId)}`;
  if (paid === 0) return;
  const order = await tx.order.findUniqueOrThrow({ where: { id: orderId } });
  const tickets = await issueTickets(work, order, now);
  const { buyerId, totalMinor } = order;
  work.send('order.paid', { orderId, buyerId, ticketIds: tickets.map(({ id }) => id) });
  announceOrder(work, order);
  await recordAudit(tx, {
    ...{ actor, at: now, action: 'order.paid', entityType: 'Order', entityId: orderId },
    before: { status: 'PENDING' },
    after: { status: 'PAID', tickets: tickets.map(({ id }) => id) },
  });
  await requestKeptMoney(work, {
    ...{ orderId, actor, now, reason: 'LATE_PAYMENT' },
    amountMinor: (await readKeptMoney(tx, orderId)) - totalMinor,
  });
}

async function issueTickets(work: Work, order: Order, now: Date): Promise<Ticket[]> {
  const { tx } = work;
  const where = { orderId: order.id, status: 'PENDING_PAYMENT' } as const;
  const ids = (await tx.ticket.findMany({ where, select: { id: true } })).map(({ id }) => id);
  const tokens = ids.map(createPrivateToken);
  await tx.$executeRaw`
    UPDATE tickets SET status = 'ISSUED', issued_at = ${now}, private_token = fresh.token
    FROM unnest(${ids}::uuid[], ${tokens}::text[]) AS fresh (id, token)
    WHERE tickets.id = fresh.id AND tickets.status = 'PENDING_PAYMENT'`;
  const tickets = await tx.ticket.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
  for (const ticket of tickets) {
    work.send('ticket.issued', toTicketChanged(ticket, null));
    announceTicket(work, ticket);
  }
  return tickets;
}

/** The payload of the messages about a ticket. */
export function toTicketChanged(
  { id, orderId, scheduleId, holderId, generation }: Omit<Ticket, 'privateToken'>,
  previousHolderId: string | null,
) {
  return { ticketId: id, orderId, scheduleId, holderId, previousHolderId, generation };
}
