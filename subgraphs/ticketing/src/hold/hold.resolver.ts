import { requireUuid } from '@plaza/kit/uuid';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type {
  SeatHold as HoldRow,
  Schedule as ScheduleRow,
  Seat as SeatRow,
} from '../generated/prisma/client.ts';
import { HoldStatus } from '../generated/prisma/enums.ts';
import { Schedule } from '../schedule/schedule.type.ts';
import { Seat } from '../seat/seat.type.ts';
import { HoldSeatsInput } from './hold.input.ts';
import { extendHold, findOwnHold, holdSeats, isActive, releaseHold } from './hold.service.ts';
import { ExtendHoldResult, HoldSeatsResult, SeatHold } from './hold.type.ts';

@Resolver(() => SeatHold)
export class HoldResolver {
  @Query(() => SeatHold, {
    nullable: true,
    description: 'A hold of the viewer; null for anything else. Needs a log-in.',
  })
  hold(
    @Arg('id', () => ID, { description: 'Id of the hold.' }) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<HoldRow | null> {
    return findOwnHold(requireUuid(id, 'id'), ctx);
  }

  @Mutation(() => HoldSeatsResult, {
    description: 'Keeps seats for the viewer, all or none. Who comes first wins. Needs a log-in.',
  })
  holdSeats(
    @Arg('input', () => HoldSeatsInput, { description: 'Which seats.' }) input: HoldSeatsInput,
    @Ctx() ctx: TicketingContext,
  ): Promise<HoldSeatsResult> {
    return ctx.purchases.run(() => holdSeats(input, ctx));
  }

  @Mutation(() => ExtendHoldResult, {
    description: 'Gives a hold of the viewer its time once more, up to two hours in all.',
  })
  extendHold(
    @Arg('id', () => ID, { description: 'Id of the hold.' }) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<ExtendHoldResult> {
    return extendHold(requireUuid(id, 'id'), ctx);
  }

  @Mutation(() => SeatHold, {
    description: 'Frees the seats of a hold of the viewer; one that has ended stays as it is.',
  })
  releaseHold(
    @Arg('id', () => ID, { description: 'Id of the hold.' }) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<HoldRow> {
    return releaseHold(requireUuid(id, 'id'), ctx);
  }

  @FieldResolver(() => HoldStatus, { description: 'Its state now.' })
  status(@Root() hold: HoldRow, @Ctx() { now }: TicketingContext): HoldStatus {
    return hold.status === 'ACTIVE' && !isActive(hold, now) ? 'EXPIRED' : hold.status;
  }

  @FieldResolver(() => Schedule, { description: 'The performance.' })
  schedule(
    @Root() { scheduleId }: HoldRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<ScheduleRow | undefined> {
    return loaders.scheduleById.load(scheduleId);
  }

  @FieldResolver(() => [Seat], { description: 'The seats that it was made for, at most twelve.' })
  seats(
    @Root() { seatIds }: HoldRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<(SeatRow | undefined)[]> {
    return Promise.all(seatIds.map((seatId) => loaders.seatById.load(seatId)));
  }
}
