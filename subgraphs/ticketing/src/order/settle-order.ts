import { recordAudit } from '../audit/record-audit.ts';
import type { Order, Ticket } from '../generated/prisma/client.ts';
import { announceOrder, announceTicket } from '../live/announce.ts';
import type { Actor, Work } from '../transactions.ts';
import { keptMoneySql, readKeptMoney, requestKeptMoney } from './order-money.ts';

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
  const issued = await work.tx.ticket.updateManyAndReturn({
    where: { orderId: order.id, status: 'PENDING_PAYMENT' },
    data: { status: 'ISSUED', issuedAt: now },
  });
  const tickets = issued.sort((one, other) => (one.id < other.id ? -1 : 1));
  for (const ticket of tickets) {
    work.send('ticket.issued', toTicketChanged(ticket, null));
    announceTicket(work, ticket);
  }
  return tickets;
}

/** The payload of the messages about a ticket. */
export function toTicketChanged(
  { id, orderId, scheduleId, holderId, generation }: Ticket,
  previousHolderId: string | null,
) {
  return { ticketId: id, orderId, scheduleId, holderId, previousHolderId, generation };
}
