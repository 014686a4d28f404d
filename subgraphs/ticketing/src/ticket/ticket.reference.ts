import type { Representation } from '@plaza/kit/federated-schema';
import type { TicketingContext } from '../context.ts';
import { type TicketRow, visibleTicket } from './ticket.service.ts';

/** The ticket, or null if the viewer may not see it. */
export async function resolveTicketReference(
  { id }: Representation,
  ctx: TicketingContext,
): Promise<TicketRow | null> {
  return visibleTicket(await ctx.loaders.ticketById.load(id), ctx);
}
