import { ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { DateTime } from '@plaza/kit/scalars';
import { requireUuid } from '@plaza/kit/uuid';
import { ArgsType, Field, ID, InputType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { EventStatus } from '../generated/prisma/enums.ts';
import { text } from '../text-input.ts';

export const EventOrder = {
  STARTS_FIRST: 'STARTS_FIRST',
  NAME: 'NAME',
  NEWEST: 'NEWEST',
} as const;
export type EventOrder = keyof typeof EventOrder;

registerEnumType(EventOrder, {
  name: 'EventOrder',
  description: 'Order of a list of events.',
  valuesConfig: {
    STARTS_FIRST: {
      description: 'By the first performance in the filter’s dates; without performances last.',
    },
    NAME: { description: 'By name, whatever its case and accents.' },
    NEWEST: { description: 'Published last first.' },
  },
});

@InputType({ description: 'Which events to list; all conditions must hold.' })
export class EventFilter {
  @Field(() => String, {
    nullable: true,
    description: 'Words of name or subtitle; case, accents and small slips do not matter.',
  })
  search?: string | null;

  @Field(() => String, { nullable: true, description: 'Slug of the category.' })
  category?: string | null;

  @Field(() => String, { nullable: true, description: 'City, whatever its case and accents.' })
  city?: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the venue.' })
  venueId?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Has a performance that starts at this moment or later.',
  })
  startsFrom?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Has a performance that starts before this moment.',
  })
  startsBefore?: Date | null;

  @Field(() => [EventStatus], {
    nullable: true,
    description:
      'States; published by default. States before publication need the scope event:write.',
  })
  statuses?: EventStatus[] | null;
}

@ArgsType()
export class EventsArgs extends ConnectionArgs {
  @Field(() => EventFilter, {
    nullable: true,
    description: 'Which events; all published by default.',
  })
  filter?: EventFilter | null;

  @Field(() => EventOrder, { defaultValue: 'STARTS_FIRST', description: 'Order of the list.' })
  orderBy!: EventOrder;
}

export const eventFilterSchema = z
  .object({
    search: text(100).nullish(),
    category: text(200).nullish(),
    city: text(100).nullish(),
    venueId: z
      .string()
      .transform((id) => requireUuid(id, 'venueId'))
      .nullish(),
    startsFrom: z.date().nullish(),
    startsBefore: z.date().nullish(),
    statuses: z.array(z.enum(EventStatus)).min(1, 'must name a state').nullish(),
  })
  .refine(
    ({ startsFrom, startsBefore }) =>
      startsFrom == null || startsBefore == null || startsFrom < startsBefore,
    { path: ['startsBefore'], message: 'must be later than startsFrom' },
  );

export type ParsedEventFilter = z.output<typeof eventFilterSchema>;
