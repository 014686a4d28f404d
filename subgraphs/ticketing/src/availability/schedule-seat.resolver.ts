import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import { never } from '../cache-hints.ts';
import type { TicketingContext } from '../context.ts';
import { ScheduleSeat } from './schedule-seat.type.ts';
import { SeatState } from './seat-state.ts';

@Resolver(() => ScheduleSeat)
export class ScheduleSeatResolver {
  @Directive(never)
  @FieldResolver(() => SeatState, { description: 'Its state now.' })
  async state(
    @Root() { scheduleId, seat }: ScheduleSeat,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<SeatState> {
    return (await loaders.stateOfSeat.load({ scheduleId, placeId: seat.id })).state;
  }
}
