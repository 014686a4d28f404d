import type { Representation } from '@plaza/kit/federated-schema';
import type { TicketingContext } from '../context.ts';
import type { Order } from '../generated/prisma/client.ts';
import { visibleOrder } from './order.service.ts';

/** The order, or null if the viewer may not see it. */
export async function resolveOrderReference(
  { id }: Representation,
  ctx: TicketingContext,
): Promise<Order | null> {
  return visibleOrder(await ctx.loaders.orderById.load(id), ctx);
}
