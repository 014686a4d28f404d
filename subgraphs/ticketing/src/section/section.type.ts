import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { ofReferenceData } from '../cache-hints.ts';
import { SectionType } from '../generated/prisma/enums.ts';

registerEnumType(SectionType, {
  name: 'SectionType',
  description: 'What kind of seats a section has.',
  valuesConfig: {
    GENERAL: { description: 'Ordinary seats.' },
    VIP: { description: 'Better seats with services.' },
    BOX: { description: 'A private box (palco).' },
  },
});

@Directive('@tag(name: "partner")')
@Directive(ofReferenceData)
@ObjectType({
  description: 'A block of seats with one entrance and one price.',
  simpleResolvers: true,
})
export class Section {
  @Field(() => ID, { description: 'Id of the section.' })
  id!: string;

  @Field(() => String, { description: 'Name on tickets and signs; unique in the venue.' })
  name!: string;

  @Field(() => SectionType, { description: 'What kind of seats it has.' })
  type!: SectionType;
}

export const SectionConnection = createConnectionType('Section', () => Section, {
  canBeCached: true,
  tags: ['partner'],
});
