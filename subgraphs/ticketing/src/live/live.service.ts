import { requireViewer } from '@plaza/kit/auth/viewer';
import type { Subscription } from '@plaza/kit/pub-sub/pub-sub';
import { requireUuid } from '@plaza/kit/uuid';
import { AppError } from '@plaza/schema/errors';
import { availabilityTopic, orderTopic, seatTopic, ticketsTopic } from '@plaza/schema/topics';
import type { TicketingContext } from '../context.ts';
import { createLoaders } from '../loaders.ts';
import { visibleOrder } from '../order/order.service.ts';
import { visibleSchedule } from '../schedule/schedule.visibility.ts';
import { visibleTicket } from '../ticket/ticket.service.ts';

/** Seats of a performance that the viewer can see. Throws BAD_USER_INPUT if there is none. */
export async function watchSeats(scheduleId: string, ctx: TicketingContext): Promise<Subscription> {
  return ctx.pubSub.subscribe(seatTopic(await requireVisible(scheduleId, ctx)));
}

/** Changes of the counts of a performance. Throws as `watchSeats`. */
export async function watchAvailability(
  scheduleId: string,
  ctx: TicketingContext,
): Promise<Subscription> {
  return ctx.pubSub.subscribe(availabilityTopic(await requireVisible(scheduleId, ctx)));
}

/** An order that the viewer may see. Throws UNAUTHENTICATED, or BAD_USER_INPUT if there is none. */
export async function watchOrder(given: string, ctx: TicketingContext): Promise<Subscription> {
  requireViewer(ctx);
  const id = requireUuid(given, 'id');
  if (visibleOrder(await ctx.loaders.orderById.load(id), ctx) === null) throw absent('id');
  return ctx.pubSub.subscribe(orderTopic(id));
}

/** The viewer's own tickets. Throws UNAUTHENTICATED. */
export async function watchMyTickets(ctx: TicketingContext): Promise<Subscription> {
  return ctx.pubSub.subscribe(ticketsTopic(requireViewer(ctx).userId));
}

/** What an announcement is about, as it is now: the loaders of a subscription are as old as it is. */
export const readAgain = {
  schedule: (id: string, { database }: TicketingContext) =>
    database.schedule.findUniqueOrThrow({ where: { id } }),
  order: (id: string, { database }: TicketingContext) =>
    database.order.findUniqueOrThrow({ where: { id } }),
  async ticket(id: string, ctx: TicketingContext) {
    const loaders = createLoaders(ctx.database, ctx);
    return visibleTicket(await loaders.ticketById.load(id), { ...ctx, loaders });
  },
};

async function requireVisible(given: string, ctx: TicketingContext): Promise<string> {
  const id = requireUuid(given, 'scheduleId');
  const schedule = await visibleSchedule(await ctx.loaders.scheduleById.load(id), ctx);
  if (schedule === null) throw absent('scheduleId');
  return id;
}

function absent(field: string): AppError {
  return new AppError('BAD_USER_INPUT', `There is nothing to watch with this ${field}`, {
    details: { field },
  });
}
