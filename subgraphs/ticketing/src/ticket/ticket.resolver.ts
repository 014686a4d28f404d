import { Money, money } from '@plaza/kit/money.type';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import { Event } from '../event/event.type.ts';
import type {
  Event as EventRow,
  Order as OrderRow,
  Schedule as ScheduleRow,
  Seat as SeatOfVenue,
  Section as SectionRow,
} from '../generated/prisma/client.ts';
import { visibleOrder } from '../order/order.service.ts';
import { Order } from '../order/order.type.ts';
import { Schedule } from '../schedule/schedule.type.ts';
import { Seat } from '../seat/seat.type.ts';
import { Section } from '../section/section.type.ts';
import { User } from '../user/user.type.ts';
import type { PublicTicket } from './ticket.service.ts';
import { Ticket } from './ticket.type.ts';

/** Who may see a ticket may see its performance and event, whatever their state. */
@Resolver(() => Ticket)
export class TicketResolver {
  @FieldResolver(() => Order, {
    nullable: true,
    description: 'The order that it was bought with; null for a holder who is not the buyer.',
  })
  async order(
    @Root() { orderId }: PublicTicket,
    @Ctx() ctx: TicketingContext,
  ): Promise<OrderRow | null> {
    return visibleOrder(await ctx.loaders.orderById.load(orderId), ctx);
  }

  @FieldResolver(() => Event, { description: 'What it admits to.' })
  async event(
    @Root() { scheduleId }: PublicTicket,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<EventRow | undefined> {
    const schedule = await loaders.scheduleById.load(scheduleId);
    return schedule && loaders.eventById.load(schedule.eventId);
  }

  @FieldResolver(() => Schedule, { description: 'The performance that it admits to.' })
  schedule(
    @Root() { scheduleId }: PublicTicket,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<ScheduleRow | undefined> {
    return loaders.scheduleById.load(scheduleId);
  }

  @FieldResolver(() => Section, { description: 'The section of its seat.' })
  section(
    @Root() { sectionId }: PublicTicket,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<SectionRow | undefined> {
    return loaders.sectionById.load(sectionId);
  }

  @FieldResolver(() => Seat, { description: 'Its seat.' })
  seat(
    @Root() { seatId }: PublicTicket,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<SeatOfVenue | undefined> {
    return loaders.seatById.load(seatId);
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'Who may enter with it; null if it was sold to somebody without an account.',
  })
  holder(@Root() { holderId }: PublicTicket): User | null {
    return holderId === null ? null : { id: holderId };
  }

  @FieldResolver(() => Money, { description: 'Price of the seat itself when it was sold.' })
  price(@Root() { priceMinor, currency }: PublicTicket): Money {
    return money(priceMinor, currency);
  }

  @FieldResolver(() => Money, { description: 'What was asked for it: price, fee and tax.' })
  total(@Root() { priceMinor, feeMinor, taxMinor, currency }: PublicTicket): Money {
    return money(priceMinor + feeMinor + taxMinor, currency);
  }
}
