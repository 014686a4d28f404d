import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { Directive, Field, ObjectType } from 'type-graphql';
import { asItsOwner } from '../cache-hints.ts';
import type { Section as SectionRow } from '../generated/prisma/client.ts';
import { Section } from '../section/section.type.ts';

@Directive('@tag(name: "partner")')
@Directive(asItsOwner)
@ObjectType({ description: 'A section in one performance.', simpleResolvers: true })
export class SectionAvailability {
  readonly scheduleId!: string;

  @Field(() => Section, { description: 'The section.' })
  section!: SectionRow;
}

export const SectionAvailabilityConnection = createConnectionType(
  'SectionAvailability',
  () => SectionAvailability,
  {
    canBeCached: true,
    tags: ['partner'],
  },
);
