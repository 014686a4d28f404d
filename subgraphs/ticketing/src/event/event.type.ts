import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { DateTime } from '@plaza/kit/scalars';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { ofEvents } from '../cache-hints.ts';
import { AgeRestriction, EventStatus } from '../generated/prisma/enums.ts';

registerEnumType(EventStatus, {
  name: 'EventStatus',
  description: 'How far an event has come. The public sees published events, also once cancelled.',
  valuesConfig: {
    DRAFT: { description: 'Being written.' },
    PENDING_REVIEW: { description: 'Waiting for a reviewer.' },
    CHANGES_REQUESTED: { description: 'Sent back by the reviewer.' },
    APPROVED: { description: 'May be published.' },
    PUBLISHED: { description: 'Everybody can see it.' },
    CANCELLED: { description: 'Will not happen; final.' },
  },
});

registerEnumType(AgeRestriction, {
  name: 'AgeRestriction',
  description: 'Who may enter, by age.',
  valuesConfig: {
    NONE: { description: 'The organizer says nothing about age.' },
    ALL_AGES: { description: 'Children are welcome.' },
    ADULTS_ONLY: { description: 'Only people of age.' },
  },
});

@Directive('@key(fields: "id")')
@Directive('@tag(name: "partner")')
@Directive(ofEvents)
@ObjectType({ description: 'Something to attend, at one or more times.', simpleResolvers: true })
export class Event {
  @Field(() => ID, { description: 'Id of the event.' })
  id!: string;

  @Field(() => String, { description: 'Its name in URLs; unique.' })
  slug!: string;

  @Field(() => String, { description: 'Name on posters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Second line, such as a tour or a round.' })
  subtitle!: string | null;

  @Field(() => String, { description: 'What it is about, in plain text.' })
  description!: string;

  @Field(() => String, { nullable: true, description: 'URL of a wide picture.' })
  bannerUrl!: string | null;

  @Field(() => String, { nullable: true, description: 'URL of a tall picture.' })
  posterUrl!: string | null;

  @Field(() => AgeRestriction, { description: 'Who may enter, by age.' })
  ageRestriction!: AgeRestriction;

  @Field(() => [String], {
    description: 'What visitors may not bring or must know; at most a few.',
  })
  securityPolicies!: string[];

  @Field(() => EventStatus, { description: 'How far it has come.' })
  status!: EventStatus;

  @Field(() => DateTime, { nullable: true, description: 'When it became public, if it has.' })
  publishedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was cancelled, if it was.' })
  cancelledAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was cancelled, if it was.' })
  cancelReason!: string | null;
}

export const EventConnection = createConnectionType('Event', () => Event, {
  canBeCached: true,
  tags: ['partner'],
});
