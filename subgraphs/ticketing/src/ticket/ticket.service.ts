import type { TicketingContext } from '../context.ts';
import type { Ticket } from '../generated/prisma/client.ts';
import { visibleOrder } from '../order/order.service.ts';

/** A ticket without its secret. */
export type PublicTicket = Omit<Ticket, 'privateToken'>;

/** The ticket if the viewer holds it, bought it, or has the scope order:read; else null. */
export async function visibleTicket(
  ticket: PublicTicket | undefined,
  ctx: TicketingContext,
): Promise<PublicTicket | null> {
  if (ticket === undefined || ctx.viewer === undefined) return null;
  if (ticket.holderId === ctx.viewer.userId) return ticket;
  const order = await ctx.loaders.orderById.load(ticket.orderId);
  return visibleOrder(order, ctx) === null ? null : ticket;
}
