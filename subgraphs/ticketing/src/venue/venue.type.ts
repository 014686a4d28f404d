import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { Directive, Field, Float, ID, ObjectType, registerEnumType } from 'type-graphql';
import { ofReferenceData } from '../cache-hints.ts';
import { VenueType } from '../generated/prisma/enums.ts';

registerEnumType(VenueType, {
  name: 'VenueType',
  description: 'What kind of place a venue is.',
  valuesConfig: {
    STADIUM: { description: 'Open stands around a pitch.' },
    ARENA: { description: 'A covered hall with rings of seats.' },
    THEATER: { description: 'Seats that face a stage.' },
    CLUB: { description: 'A small room for concerts.' },
  },
});

@Directive('@key(fields: "id")')
@Directive('@tag(name: "partner")')
@Directive(ofReferenceData)
@ObjectType({ description: 'A place where events happen.', simpleResolvers: true })
export class Venue {
  @Field(() => ID, { description: 'Id of the venue.' })
  id!: string;

  @Field(() => String, { description: 'Its name in URLs; unique.' })
  slug!: string;

  @Field(() => String, { description: 'Name that people know it by.' })
  name!: string;

  @Field(() => VenueType, { description: 'What kind of place it is.' })
  type!: VenueType;

  @Field(() => String, { description: 'Street address.' })
  address!: string;

  @Field(() => String, { description: 'City that it stands in.' })
  city!: string;

  @Field(() => String, { description: 'Country, by its ISO 3166-1 alpha-2 code.' })
  countryCode!: string;

  @Field(() => Float, { description: 'Degrees north of the equator.' })
  latitude!: number;

  @Field(() => Float, { description: 'Degrees east of Greenwich.' })
  longitude!: number;

  @Field(() => String, { description: 'IANA time zone of its clocks, such as America/Tijuana.' })
  timeZone!: string;
}

export const VenueConnection = createConnectionType('Venue', () => Venue, {
  canBeCached: true,
  tags: ['partner'],
});
