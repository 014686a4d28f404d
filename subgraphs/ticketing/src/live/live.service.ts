import { requireViewer } from '@plaza/kit/auth/viewer';
import { requireUuid } from '@plaza/kit/uuid';
import type { Subscription } from '@plaza/pub-sub/pub-sub';
import { AppError } from '@plaza/schema/errors';
import { availabilityTopic, orderTopic, seatTopic, ticketsTopic } from '@plaza/schema/topics';
import { renewMoment, type TicketingContext } from '../context.ts';
import type { Order, Schedule } from '../generated/prisma/client.ts';
import { visibleOrder } from '../order/order.service.ts';
import { visibleSchedule } from '../schedule/schedule.visibility.ts';
import { type TicketRow, visibleTicket } from '../ticket/ticket.service.ts';

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

/**
 * What an announcement is about, as it is now and as the viewer may see it: the loaders
 * and the instant of the context become those of this event, for the fields below too.
 */
export const readAgain = {
  async schedule(id: string, ctx: TicketingContext): Promise<Schedule> {
    renewMoment(ctx);
    const schedule = await visibleSchedule(await ctx.loaders.scheduleById.load(id), ctx);
    if (schedule === null) throw absent('scheduleId');
    return schedule;
  },
  async order(id: string, ctx: TicketingContext): Promise<Order> {
    requireViewer(ctx);
    renewMoment(ctx);
    const order = visibleOrder(await ctx.loaders.orderById.load(id), ctx);
    if (order === null) throw absent('id');
    return order;
  },
  async ticket(id: string, ctx: TicketingContext): Promise<TicketRow | null> {
    requireViewer(ctx);
    renewMoment(ctx);
    return visibleTicket(await ctx.loaders.ticketById.load(id), ctx);
  },
};

/** What was announced. Throws BAD_REQUEST for a subscription that was sent as if it were a query. */
export function requireAnnouncement<T extends object>(announcement: T | undefined): T {
  // The server gives an operation without a connection an empty root.
  if (announcement === undefined || Object.keys(announcement).length === 0) {
    throw new AppError('BAD_REQUEST', 'A subscription needs a connection that stays open');
  }
  return announcement;
}

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
