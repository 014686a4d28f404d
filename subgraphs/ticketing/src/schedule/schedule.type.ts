import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { DateTime } from '@plaza/kit/scalars';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ofSchedules } from '../cache-hints.ts';
import { GameCategory, ScheduleStatus } from '../generated/prisma/enums.ts';

registerEnumType(ScheduleStatus, {
  name: 'ScheduleStatus',
  description: 'State of a performance.',
  valuesConfig: {
    DRAFT: { description: 'Being prepared; its sale is not open.' },
    ON_SALE: { description: 'Can be sold within its sale dates.' },
    CLOSED: { description: 'Its sale was stopped, or it was cancelled.' },
    COMPLETED: { description: 'It has taken place.' },
  },
});

registerEnumType(GameCategory, {
  name: 'GameCategory',
  description: 'Weight of a match.',
  valuesConfig: {
    REGULAR: { description: 'A round of the regular season.' },
    PLAYOFF: { description: 'A knock-out round.' },
  },
});

@Directive('@key(fields: "id")')
@Directive('@tag(name: "partner")')
@Directive(ofSchedules)
@Directive('@cacheTag(format: "schedule-{$key.id}")')
@ObjectType({
  description: 'One performance of an event. All times are in UTC; timeZone is the venue’s.',
  simpleResolvers: true,
})
export class Schedule {
  @Field(() => ID, { description: 'Id of the performance.' })
  id!: string;

  @Field(() => ScheduleStatus, { description: 'Its state.' })
  status!: ScheduleStatus;

  @Field(() => DateTime, { description: 'When it begins.' })
  startsAt!: Date;

  @Field(() => DateTime, { description: 'When it is expected to end.' })
  endsAt!: Date;

  @Field(() => DateTime, { description: 'When the gates open.' })
  gatesOpenAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the public may see it, if decided.' })
  publishedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the presale begins, if there is one.',
  })
  presaleStartsAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the presale ends, if there is one.' })
  presaleEndsAt!: Date | null;

  @Field(() => DateTime, { description: 'When the sale to everybody begins.' })
  onSaleAt!: Date;

  @Field(() => DateTime, { description: 'When the sale ends.' })
  offSaleAt!: Date;

  @Field(() => Int, { description: 'How long chosen seats are kept for a buyer, in minutes.' })
  holdMinutes!: number;

  @Field(() => GameCategory, { nullable: true, description: 'Weight of a match; null for others.' })
  gameCategory!: GameCategory | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was cancelled, if it was: then it is CLOSED for good.',
  })
  cancelledAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was cancelled, if it was.' })
  cancelReason!: string | null;
}

export const ScheduleConnection = createConnectionType('Schedule', () => Schedule, {
  canBeCached: true,
  tags: ['partner'],
});
