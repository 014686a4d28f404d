import { requireUuid } from '@plaza/kit/uuid';
import { Arg, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type { Order as OrderRow, Schedule as ScheduleRow } from '../generated/prisma/client.ts';
import { Order } from '../order/order.type.ts';
import { Schedule } from '../schedule/schedule.type.ts';
import type { PublicTicket } from '../ticket/ticket.service.ts';
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

interface Changed {
  readonly id: string;
}

/** Live fields: each names the topic of the pub-sub that feeds it. */
@Resolver()
export class LiveResolver {
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

  @Subscription(() => Ticket, {
    description:
      'Each ticket that the viewer gets, loses or that changes. Of one that is held by somebody else now, only who bought it sees more than null.',
    nullable: true,
    subscribe: ({ context }) => watchMyTickets(context as TicketingContext),
  })
  myTicketsChanged(
    @Root() change: Changed | undefined,
    @Ctx() ctx: TicketingContext,
  ): Promise<PublicTicket | null> {
    return readAgain.ticket(requireAnnouncement(change).id, ctx);
  }
}
