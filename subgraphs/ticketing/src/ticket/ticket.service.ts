import type { TicketingContext } from '../context.ts';
import type { Ticket as TicketRow } from '../generated/prisma/client.ts';
import { visibleOrder } from '../order/order.service.ts';

export type { TicketRow };

/** The ticket if the viewer holds it, bought it, or has the scope order:read; else null. */
export async function visibleTicket(
  ticket: TicketRow | undefined,
  ctx: TicketingContext,
): Promise<TicketRow | null> {
  if (ticket === undefined || ctx.viewer === undefined) return null;
  if (ticket.holderId === ctx.viewer.userId) return ticket;
  const order = await ctx.loaders.orderById.load(ticket.orderId);
  return visibleOrder(order, ctx) === null ? null : ticket;
}
