import { requireUuid } from '@plaza/kit/uuid';
import { Arg, Ctx, Directive, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type { Order as OrderRow, Schedule as ScheduleRow } from '../generated/prisma/client.ts';
import { Order } from '../order/order.type.ts';
import { Schedule } from '../schedule/schedule.type.ts';
import type { TicketRow } from '../ticket/ticket.service.ts';
import { Ticket } from '../ticket/ticket.type.ts';
import {
  readAgain,
  requireAnnouncement,
  watchAvailability,
  watchMyTickets,
  watchOrder,
  watchSeats,
} from './live.service.ts';
import { SeatChange } from './seat-change.type.ts';

/** As the performance: its public sees what concerns it, staff that may see drafts all of it. */
const publicOrStaff = '@eventFilter(field: "isPublic", in: ["true"], orScopes: [["event:write"]])';

interface Changed {
  readonly id: string;
}

/**
 * Live fields: each names the topic that feeds it (`schema/src/topics.ts`), and the gateway listens to
 * it by itself. The resolvers are for servers that subscribe here.
 */
@Resolver()
export class LiveResolver {
  @Directive('@tag(name: "partner")')
  @Directive('@eventSource(topic: "seat.{args.scheduleId}")')
  @Directive(publicOrStaff)
  @Subscription(() => SeatChange, {
    description:
      'Seats of a performance as they are held, booked and freed. As the performance: for everybody.',
    subscribe: ({ args, context }) => watchSeats(args.scheduleId, context as TicketingContext),
  })
  seatChanged(
    @Arg('scheduleId', () => ID, { description: 'The performance.' }) _scheduleId: string,
    @Root() change: SeatChange | undefined,
  ): SeatChange {
    return requireAnnouncement(change);
  }

  // Counts are never cached, and a rush for seats must not empty the cache of the catalogue.
  @Directive('@tag(name: "partner")')
  @Directive('@eventSource(topic: "availability.{args.scheduleId}", evicts: false)')
  @Directive(publicOrStaff)
  @Subscription(() => Schedule, {
    description:
      'The performance each time its counts of seats change. As the performance: for everybody.',
    subscribe: ({ args, context }) =>
      watchAvailability(args.scheduleId, context as TicketingContext),
  })
  scheduleAvailability(
    @Arg('scheduleId', () => ID, { description: 'The performance.' }) scheduleId: string,
    @Root() change: object | undefined,
    @Ctx() ctx: TicketingContext,
  ): Promise<ScheduleRow> {
    requireAnnouncement(change);
    return readAgain.schedule(requireUuid(scheduleId, 'scheduleId'), ctx);
  }

  @Directive('@eventSource(topic: "order.{args.id}")')
  @Directive('@eventFilter(field: "buyerId", in: ["{viewer.id}"], orScopes: [["order:read"]])')
  @Subscription(() => Order, {
    description: 'An order each time that it changes. For its buyer and the scope order:read.',
    subscribe: ({ args, context }) => watchOrder(args.id, context as TicketingContext),
  })
  orderChanged(
    @Arg('id', () => ID, { description: 'Id of the order.' }) id: string,
    @Root() change: object | undefined,
    @Ctx() ctx: TicketingContext,
  ): Promise<OrderRow> {
    requireAnnouncement(change);
    return readAgain.order(requireUuid(id, 'id'), ctx);
  }

  @Directive('@eventSource(topic: "tickets.{viewer.id}")')
  @Subscription(() => Ticket, {
    description:
      'Each ticket that the viewer gets, loses or that changes. Of one that is held by somebody else now, only who bought it sees more than null.',
    nullable: true,
    subscribe: ({ context }) => watchMyTickets(context as TicketingContext),
  })
  myTicketsChanged(
    @Root() change: Changed | null | undefined,
    @Ctx() ctx: TicketingContext,
  ): Promise<TicketRow | null> | null {
    return change === null ? null : readAgain.ticket(requireAnnouncement(change).id, ctx);
  }
}
