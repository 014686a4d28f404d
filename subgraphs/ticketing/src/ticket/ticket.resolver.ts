import { requireViewer } from '@plaza/kit/auth/viewer';
import { Money, money } from '@plaza/kit/money.type';
import { requireUuid } from '@plaza/kit/uuid';
import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
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
import { entryCodeOf, rotatingSecretOf } from './entry-code.ts';
import { reissueTicket, shareTicket, unshareTicket } from './share-ticket.ts';
import { type TicketRow, visibleTicket } from './ticket.service.ts';
import { Ticket } from './ticket.type.ts';
import { TicketChangeResult } from './ticket-result.type.ts';

/** Who may see a ticket may see its performance and event, whatever their state. */
@Resolver(() => Ticket)
export class TicketResolver {
  @Query(() => Ticket, {
    nullable: true,
    description: 'A ticket that the viewer holds or bought, or any with order:read; else null.',
  })
  async ticket(
    @Arg('id', () => ID, { description: 'Id of the ticket.' }) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<TicketRow | null> {
    requireViewer(ctx);
    return visibleTicket(await ctx.loaders.ticketById.load(requireUuid(id, 'id')), ctx);
  }

  @Mutation(() => TicketChangeResult, {
    description: 'Makes another person the holder of a ticket that the viewer bought and holds.',
  })
  shareTicket(
    @Arg('ticketId', () => ID, { description: 'The ticket.' }) ticketId: string,
    @Arg('userId', () => ID, { description: 'Who may enter with it from now on.' }) userId: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<TicketChangeResult> {
    const ids = {
      ticketId: requireUuid(ticketId, 'ticketId'),
      userId: requireUuid(userId, 'userId'),
    };
    return shareTicket(ids, ctx);
  }

  @Mutation(() => TicketChangeResult, {
    description: 'Takes a shared ticket back. Only who bought it can.',
  })
  unshareTicket(
    @Arg('ticketId', () => ID, { description: 'The ticket.' }) ticketId: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<TicketChangeResult> {
    return unshareTicket(requireUuid(ticketId, 'ticketId'), ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => TicketChangeResult, {
    description: 'Makes all codes of a ticket dead and new ones valid. Needs order:write.',
  })
  reissueTicket(
    @Arg('ticketId', () => ID, { description: 'The ticket.' }) ticketId: string,
    @Arg('isDigital', () => Boolean, {
      nullable: true,
      description: 'True for a screen, false for paper; as it was without.',
    })
    isDigital: boolean | null | undefined,
    @Ctx() ctx: TicketingContext,
  ): Promise<TicketChangeResult> {
    const id = requireUuid(ticketId, 'ticketId');
    return reissueTicket({ ticketId: id, isDigital: isDigital ?? null }, ctx);
  }

  @FieldResolver(() => Boolean, {
    description: 'True while somebody else than its buyer holds it.',
  })
  isShared(@Root() { ownerId, holderId }: TicketRow): boolean {
    return ownerId !== holderId;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The signed code of a valid ticket, for its holder alone; on paper also for order:write.',
  })
  entryCode(@Root() ticket: TicketRow, @Ctx() ctx: TicketingContext): Promise<string | null> {
    return entryCodeOf(ticket, ctx);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'What the app of its holder makes the rotating six digits with: 32 bytes as base64url.',
  })
  rotatingSecret(@Root() ticket: TicketRow, @Ctx() ctx: TicketingContext): Promise<string | null> {
    return rotatingSecretOf(ticket, ctx);
  }

  @FieldResolver(() => Order, {
    nullable: true,
    description: 'The order that it was bought with; null for a holder who is not the buyer.',
  })
  async order(
    @Root() { orderId }: TicketRow,
    @Ctx() ctx: TicketingContext,
  ): Promise<OrderRow | null> {
    return visibleOrder(await ctx.loaders.orderById.load(orderId), ctx);
  }

  @FieldResolver(() => Event, { description: 'What it admits to.' })
  async event(
    @Root() { scheduleId }: TicketRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<EventRow | undefined> {
    const schedule = await loaders.scheduleById.load(scheduleId);
    return schedule && loaders.eventById.load(schedule.eventId);
  }

  @FieldResolver(() => Schedule, { description: 'The performance that it admits to.' })
  schedule(
    @Root() { scheduleId }: TicketRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<ScheduleRow | undefined> {
    return loaders.scheduleById.load(scheduleId);
  }

  @FieldResolver(() => Section, { description: 'The section of its seat.' })
  section(
    @Root() { sectionId }: TicketRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<SectionRow | undefined> {
    return loaders.sectionById.load(sectionId);
  }

  @FieldResolver(() => Seat, { description: 'Its seat.' })
  seat(
    @Root() { seatId }: TicketRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<SeatOfVenue | undefined> {
    return loaders.seatById.load(seatId);
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'Who may enter with it; null if it was sold to somebody without an account.',
  })
  holder(@Root() { holderId }: TicketRow): User | null {
    return holderId === null ? null : { id: holderId };
  }

  @FieldResolver(() => Money, { description: 'Price of the seat itself when it was sold.' })
  price(@Root() { priceMinor, currency }: TicketRow): Money {
    return money(priceMinor, currency);
  }

  @FieldResolver(() => Money, { description: 'What was asked for it: price, fee and tax.' })
  total(@Root() { priceMinor, feeMinor, taxMinor, currency }: TicketRow): Money {
    return money(priceMinor + feeMinor + taxMinor, currency);
  }
}
