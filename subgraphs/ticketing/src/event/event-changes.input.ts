import { requireUuid } from '@plaza/kit/uuid';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { AgeRestriction } from '../generated/prisma/enums.ts';
import { text } from '../text-input.ts';

const policiesMax = 10;
const urlLengthMax = 500;

@InputType({ description: 'A new event; it begins as a draft.' })
export class CreateEventInput {
  @Field(() => String, { description: 'Name on posters; at most 200 characters.' })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its name in URLs, for good: a-z, 0-9 and hyphens; made of the name by default.',
  })
  slug?: string | null;

  @Field(() => String, { nullable: true, description: 'Second line, such as a tour or a round.' })
  subtitle?: string | null;

  @Field(() => String, { description: 'What it is about, in plain text.' })
  description!: string;

  @Field(() => String, { nullable: true, description: 'https URL of a wide picture.' })
  bannerUrl?: string | null;

  @Field(() => String, { nullable: true, description: 'https URL of a tall picture.' })
  posterUrl?: string | null;

  @Field(() => AgeRestriction, { defaultValue: 'NONE', description: 'Who may enter, by age.' })
  ageRestriction!: AgeRestriction;

  @Field(() => [String], {
    defaultValue: [],
    description: 'What visitors may not bring or must know; at most 10.',
  })
  securityPolicies!: string[];

  @Field(() => ID, { description: 'Id of who puts it on.' })
  organizerId!: string;

  @Field(() => ID, { description: 'Id of what kind of event it is.' })
  categoryId!: string;

  @Field(() => ID, { description: 'Id of where it happens.' })
  venueId!: string;
}

@InputType({
  description:
    'What to change; absent fields stay. Texts and pictures can be changed until it is cancelled, ' +
    'but not during a review; the rest only in DRAFT and CHANGES_REQUESTED.',
})
export class UpdateEventInput {
  @Field(() => String, { nullable: true, description: 'Name on posters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Second line; null takes it away.' })
  subtitle?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is about, in plain text.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'https URL of a wide picture, or null.' })
  bannerUrl?: string | null;

  @Field(() => String, { nullable: true, description: 'https URL of a tall picture, or null.' })
  posterUrl?: string | null;

  @Field(() => AgeRestriction, { nullable: true, description: 'Who may enter, by age.' })
  ageRestriction?: AgeRestriction | null;

  @Field(() => [String], { nullable: true, description: 'All policies anew; at most 10.' })
  securityPolicies?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Id of who puts it on.' })
  organizerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of what kind of event it is.' })
  categoryId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of where it happens; fixed once it has a performance.',
  })
  venueId?: string | null;
}

const url = z
  .url({ protocol: /^https$/, error: 'must be an https URL' })
  .max(urlLengthMax, `must have at most ${urlLengthMax} characters`);
const id = (field: string) => z.string().transform((value) => requireUuid(value, field));

const fields = {
  name: text(200),
  subtitle: text(200).nullish(),
  description: text(5_000),
  bannerUrl: url.nullish(),
  posterUrl: url.nullish(),
  ageRestriction: z.enum(AgeRestriction),
  securityPolicies: z.array(text(200)).max(policiesMax, `must be at most ${policiesMax} policies`),
  organizerId: id('organizerId'),
  categoryId: id('categoryId'),
  venueId: id('venueId'),
};

export const createEventSchema = z.object({
  ...fields,
  slug: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be words of a-z and 0-9 joined by hyphens')
    .max(200, 'must have at most 200 characters')
    .nullish(),
});

export const updateEventSchema = z.object(fields).partial();

export type EventChanges = z.output<typeof updateEventSchema>;

/** What says who, where and for whom: a review has to see it. The rest is texts and pictures. */
export const structuralFields = [
  'name',
  'ageRestriction',
  'organizerId',
  'categoryId',
  'venueId',
] as const satisfies readonly (keyof EventChanges)[];

/** Why an event or a performance was cancelled or has to be changed. */
export const reasonSchema = text(500);
