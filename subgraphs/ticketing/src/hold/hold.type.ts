import { DateTime } from '@plaza/kit/scalars';
import { createUnionType, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Seat as SeatRow } from '../generated/prisma/client.ts';
import { HoldStatus } from '../generated/prisma/enums.ts';
import { SalePhase } from '../schedule/sale-phase.ts';
import { Seat } from '../seat/seat.type.ts';

registerEnumType(HoldStatus, {
  name: 'HoldStatus',
  description: 'State of a hold: active, then released or expired.',
  valuesConfig: {
    ACTIVE: { description: 'Its seats are kept for its holder.' },
    RELEASED: { description: 'Given up by its holder, or turned into an order.' },
    EXPIRED: { description: 'Its time ran out; its seats are free for others.' },
  },
});

@ObjectType({
  description: 'Seats of one performance that are kept for a person who decides. For that person.',
  simpleResolvers: true,
})
export class SeatHold {
  readonly __typename!: 'SeatHold';

  @Field(() => ID, { description: 'Id of the hold.' })
  id!: string;

  @Field(() => DateTime, { description: 'When its seats become free, unless it is extended.' })
  expiresAt!: Date;

  @Field(() => DateTime, { description: 'When it began.' })
  createdAt!: Date;
}

@ObjectType({
  description: 'Somebody else was faster; nothing is held. Choose other seats.',
  simpleResolvers: true,
})
export class SeatsTaken {
  readonly __typename!: 'SeatsTaken';

  @Field(() => [Seat], { description: 'The seats that are taken.' })
  seats!: readonly SeatRow[];
}

@ObjectType({ description: 'The performance cannot be bought now.', simpleResolvers: true })
export class ScheduleNotOnSale {
  readonly __typename!: 'ScheduleNotOnSale';

  @Field(() => SalePhase, { description: 'Where its sale stands.' })
  phase!: SalePhase;

  @Field(() => DateTime, { description: 'When everybody can buy, or could.' })
  onSaleAt!: Date;
}

@ObjectType({ description: 'More seats than one hold takes.', simpleResolvers: true })
export class TooManySeats {
  readonly __typename!: 'TooManySeats';

  @Field(() => Int, { description: 'How many one hold takes.' })
  seatsMax!: number;
}

@ObjectType({
  description: 'The hold has run out, was released or became an order: hold the seats again.',
  simpleResolvers: true,
})
export class HoldEnded {
  readonly __typename!: 'HoldEnded';

  @Field(() => HoldStatus, { description: 'How it ended.' })
  holdStatus!: HoldStatus;
}

export const HoldSeatsResult = createUnionType({
  name: 'HoldSeatsResult',
  description: 'What became of a wish to hold seats.',
  types: () => [SeatHold, SeatsTaken, ScheduleNotOnSale, TooManySeats] as const,
});
export type HoldSeatsResult = typeof HoldSeatsResult;

export const ExtendHoldResult = createUnionType({
  name: 'ExtendHoldResult',
  description: 'What became of a wish for more time.',
  types: () => [SeatHold, HoldEnded] as const,
});
export type ExtendHoldResult = typeof ExtendHoldResult;
