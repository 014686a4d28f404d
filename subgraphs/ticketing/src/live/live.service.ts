import { requireViewer } from '@plaza/kit/auth/viewer';
import type { Subscription } from '@plaza/kit/pub-sub/pub-sub';
import { requireUuid } from '@plaza/kit/uuid';
import { AppError } from '@plaza/schema/errors';
import { availabilityTopic, orderTopic, seatTopic, ticketsTopic } from '@plaza/schema/topics';
import type { TicketingContext } from '../context.ts';
import type { Order, Schedule } from '../generated/prisma/client.ts';
import { createLoaders } from '../loaders.ts';
import { visibleOrder } from '../order/order.service.ts';
import { visibleSchedule } from '../schedule/schedule.visibility.ts';
import { type PublicTicket, visibleTicket } from '../ticket/ticket.service.ts';

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
 * What an announcement is about, as it is now and as the viewer may see it: the loaders of a
 * subscription are as old as it is, and so is what was checked when it began.
 */
export const readAgain = {
  async schedule(id: string, ctx: TicketingContext): Promise<Schedule> {
    const fresh = withFreshLoaders(ctx);
    const schedule = await visibleSchedule(await fresh.loaders.scheduleById.load(id), fresh);
    if (schedule === null) throw absent('scheduleId');
    return schedule;
  },
  async order(id: string, ctx: TicketingContext): Promise<Order> {
    requireViewer(ctx);
    const fresh = withFreshLoaders(ctx);
    const order = visibleOrder(await fresh.loaders.orderById.load(id), fresh);
    if (order === null) throw absent('id');
    return order;
  },
  async ticket(id: string, ctx: TicketingContext): Promise<PublicTicket | null> {
    requireViewer(ctx);
    const fresh = withFreshLoaders(ctx);
    return visibleTicket(await fresh.loaders.ticketById.load(id), fresh);
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

function withFreshLoaders(ctx: TicketingContext): TicketingContext {
  return { ...ctx, loaders: createLoaders(ctx.database, ctx) };
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
