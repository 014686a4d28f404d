import { Money } from '@plaza/kit/money.type';
import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { requireUuid } from '@plaza/kit/uuid';
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import {
  availableSection,
  availableSections,
  countSeatsOfSchedule,
} from '../availability/availability.service.ts';
import { SeatCounts } from '../availability/seat-counts.type.ts';
import {
  SectionAvailability,
  SectionAvailabilityConnection,
} from '../availability/section-availability.type.ts';
import { asItsOwner, ofSalePhase } from '../cache-hints.ts';
import type { TicketingContext } from '../context.ts';
import { Event } from '../event/event.type.ts';
import type {
  Event as EventRow,
  PriceList as PriceListRow,
  Schedule as ScheduleRow,
  Venue as VenueRow,
} from '../generated/prisma/client.ts';
import { lowestPriceOf } from '../price-list/price-list.service.ts';
import { PriceList } from '../price-list/price-list.type.ts';
import { Venue } from '../venue/venue.type.ts';
import { SalePhase, salePhaseOf } from './sale-phase.ts';
import { venueOfSchedule } from './schedule.service.ts';
import { Schedule } from './schedule.type.ts';
import { visibleSchedule } from './schedule.visibility.ts';

@Resolver(() => Schedule)
export class ScheduleResolver {
  @Directive('@tag(name: "partner")')
  @Directive('@cacheTag(format: "schedule-{$args.id}")')
  @Query(() => Schedule, {
    nullable: true,
    description:
      'One performance, or null if there is none. Unpublished ones need the scope event:write.',
  })
  async schedule(
    @Arg('id', () => ID, { description: 'Id of the performance.' }) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<ScheduleRow | null> {
    return visibleSchedule(await ctx.loaders.scheduleById.load(requireUuid(id, 'id')), ctx);
  }

  @FieldResolver(() => Event, { description: 'What is performed.' })
  event(
    @Root() { eventId }: ScheduleRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<EventRow | undefined> {
    return loaders.eventById.load(eventId);
  }

  @FieldResolver(() => Venue, { description: 'Where it happens.' })
  venue(@Root() schedule: ScheduleRow, @Ctx() ctx: TicketingContext): Promise<VenueRow> {
    return venueOfSchedule(schedule, ctx);
  }

  @FieldResolver(() => String, { description: 'IANA time zone in which to show its times.' })
  async timeZone(@Root() schedule: ScheduleRow, @Ctx() ctx: TicketingContext): Promise<string> {
    return (await venueOfSchedule(schedule, ctx)).timeZone;
  }

  @Directive(ofSalePhase)
  @FieldResolver(() => SalePhase, { description: 'Where its sale stands now.' })
  salePhase(@Root() schedule: ScheduleRow, @Ctx() { now }: TicketingContext): SalePhase {
    return salePhaseOf(schedule, now);
  }

  @FieldResolver(() => PriceList, { nullable: true, description: 'Its prices, once decided.' })
  priceList(
    @Root() { id }: ScheduleRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<PriceListRow | undefined> {
    return loaders.activePriceListOfSchedule.load(id);
  }

  @Directive(asItsOwner)
  @FieldResolver(() => Money, {
    nullable: true,
    description:
      'What its cheapest seat costs with fees and taxes, sold or not; null without prices.',
  })
  async priceFrom(
    @Root() { id }: ScheduleRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<Money | null> {
    const prices = await loaders.activePriceListOfSchedule.load(id);
    return prices === undefined ? null : lowestPriceOf(prices);
  }

  @FieldResolver(() => SeatCounts, { description: 'Its seats by state, counted now.' })
  availability(@Root() schedule: ScheduleRow, @Ctx() ctx: TicketingContext): Promise<SeatCounts> {
    return countSeatsOfSchedule(schedule, ctx);
  }

  @FieldResolver(() => SectionAvailabilityConnection, {
    description: 'The venue’s sections with their price and free seats in this performance.',
  })
  sections(
    @Root() schedule: ScheduleRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: TicketingContext,
  ): Promise<Connection<SectionAvailability>> {
    return availableSections(schedule, args, ctx);
  }

  @FieldResolver(() => SectionAvailability, {
    nullable: true,
    description: 'One section in this performance, or null if the venue has no such section.',
  })
  section(
    @Root() schedule: ScheduleRow,
    @Arg('id', () => ID, { description: 'Id of the section.' }) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<SectionAvailability | null> {
    return availableSection(schedule, requireUuid(id, 'id'), ctx);
  }
}
