import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type { Price } from '../price-list/price-list.service.ts';
import { PriceListItem } from '../price-list/price-list-item.type.ts';
import {
  countSeatsOfSection,
  priceOfAvailability,
  seatsOfAvailability,
} from './availability.service.ts';
import { type ScheduleSeat, ScheduleSeatConnection } from './schedule-seat.type.ts';
import { SeatCounts } from './seat-counts.type.ts';
import { SectionAvailability } from './section-availability.type.ts';

@Resolver(() => SectionAvailability)
export class SectionAvailabilityResolver {
  @FieldResolver(() => SeatCounts, { description: 'Its seats by state, counted now.' })
  availability(
    @Root() place: SectionAvailability,
    @Ctx() ctx: TicketingContext,
  ): Promise<SeatCounts> {
    return countSeatsOfSection(place, ctx);
  }

  @FieldResolver(() => PriceListItem, {
    nullable: true,
    description: 'What its seats cost; null if they are not for sale.',
  })
  price(@Root() place: SectionAvailability, @Ctx() ctx: TicketingContext): Promise<Price | null> {
    return priceOfAvailability(place, ctx);
  }

  @FieldResolver(() => ScheduleSeatConnection, { description: 'Its seats, row by row.' })
  seats(
    @Root() place: SectionAvailability,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: TicketingContext,
  ): Promise<Connection<ScheduleSeat>> {
    return seatsOfAvailability(place, args, ctx);
  }
}
