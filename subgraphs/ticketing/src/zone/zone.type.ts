import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { ofReferenceData } from '../cache-hints.ts';

@Directive('@tag(name: "partner")')
@Directive(ofReferenceData)
@ObjectType({ description: 'A part of a venue, such as a ring or a floor.', simpleResolvers: true })
export class Zone {
  @Field(() => ID, { description: 'Id of the zone.' })
  id!: string;

  @Field(() => String, { description: 'Name on tickets and signs; unique in the venue.' })
  name!: string;
}

export const ZoneConnection = createConnectionType('Zone', () => Zone, {
  canBeCached: true,
  tags: ['partner'],
});
