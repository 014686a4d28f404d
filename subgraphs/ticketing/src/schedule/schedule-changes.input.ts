import { DateTime } from '@plaza/kit/scalars';
import { Field, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import type { Schedule } from '../generated/prisma/client.ts';
import { GameCategory } from '../generated/prisma/enums.ts';
import { entryAfterMs, entryBeforeMs } from './entry-window.ts';

@InputType({
  description:
    'When a performance happens and is sold: gates open <= start < end, and presale <= on-sale < ' +
    'off-sale <= end.',
})
export class CreateScheduleInput {
  @Field(() => DateTime, { description: 'When it begins.' })
  startsAt!: Date;

  @Field(() => DateTime, { description: 'When it is expected to end.' })
  endsAt!: Date;

  @Field(() => DateTime, { description: 'When the gates open.' })
  gatesOpenAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the public may see it, if decided.' })
  publishedAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the presale begins, if any.' })
  presaleStartsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the presale ends, if any.' })
  presaleEndsAt?: Date | null;

  @Field(() => DateTime, { description: 'When the sale to everybody begins.' })
  onSaleAt!: Date;

  @Field(() => DateTime, { description: 'When the sale ends.' })
  offSaleAt!: Date;

  @Field(() => Int, {
    defaultValue: 5,
    description: 'How long chosen seats are kept for a buyer: 1 to 1440 minutes.',
  })
  holdMinutes!: number;

  @Field(() => GameCategory, { nullable: true, description: 'Weight of a match; null for others.' })
  gameCategory?: GameCategory | null;
}

@InputType({
  description:
    'What to change; absent fields stay. Once on sale, begin and weight are fixed; once closed, all.',
})
export class UpdateScheduleInput {
  @Field(() => DateTime, { nullable: true, description: 'When it begins.' })
  startsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it is expected to end.' })
  endsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the gates open.' })
  gatesOpenAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the public may see it, or null.' })
  publishedAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the presale begins, or null.' })
  presaleStartsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the presale ends, or null.' })
  presaleEndsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the sale to everybody begins.' })
  onSaleAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the sale ends.' })
  offSaleAt?: Date | null;

  @Field(() => Int, { nullable: true, description: 'How long seats are kept: 1 to 1440 minutes.' })
  holdMinutes?: number | null;

  @Field(() => GameCategory, { nullable: true, description: 'Weight of a match, or null.' })
  gameCategory?: GameCategory | null;
}

const minutes = 'must be from 1 to 1440 minutes';

const fields = {
  startsAt: z.date(),
  endsAt: z.date(),
  gatesOpenAt: z.date(),
  publishedAt: z.date().nullish(),
  presaleStartsAt: z.date().nullish(),
  presaleEndsAt: z.date().nullish(),
  onSaleAt: z.date(),
  offSaleAt: z.date(),
  holdMinutes: z.number().int(minutes).min(1, minutes).max(1440, minutes),
  gameCategory: z.enum(GameCategory).nullish(),
};

/** What a performance as a whole must obey, whether it is new or changed. */
export const scheduleSchema = z.object(fields).superRefine((schedule, ctx) => {
  const { startsAt, endsAt, gatesOpenAt, onSaleAt, offSaleAt } = schedule;
  const { presaleStartsAt = null, presaleEndsAt = null } = schedule;
  const refuse = (field: string, message: string): void =>
    ctx.addIssue({ code: 'custom', path: [field], message });
  if (endsAt <= startsAt) refuse('endsAt', 'must be later than startsAt');
  if (gatesOpenAt > startsAt) refuse('gatesOpenAt', 'must not be later than startsAt');
  if (startsAt.getTime() - gatesOpenAt.getTime() > entryBeforeMs) {
    refuse('gatesOpenAt', 'must be at most 24 hours before startsAt');
  }
  if (endsAt.getTime() - startsAt.getTime() > entryAfterMs) {
    refuse('endsAt', 'must be at most 48 hours after startsAt');
  }
  if (offSaleAt <= onSaleAt) refuse('offSaleAt', 'must be later than onSaleAt');
  if (offSaleAt > endsAt) refuse('offSaleAt', 'must not be later than endsAt');
  if ((presaleStartsAt === null) !== (presaleEndsAt === null)) {
    const missing = presaleStartsAt === null ? 'presaleStartsAt' : 'presaleEndsAt';
    return refuse(missing, 'a presale needs both its start and its end');
  }
  if (presaleStartsAt === null || presaleEndsAt === null) return;
  if (presaleEndsAt <= presaleStartsAt) {
    refuse('presaleEndsAt', 'must be later than presaleStartsAt');
  }
  if (presaleEndsAt > onSaleAt) refuse('presaleEndsAt', 'must not be later than onSaleAt');
});

export const scheduleChangesSchema = z.object(fields).partial();

export type ScheduleField = keyof typeof fields & keyof Schedule;

/** What stays as it was sold. */
export const soldFields: readonly string[] = ['startsAt', 'gameCategory'] satisfies ScheduleField[];
