import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { ofReferenceData } from '../cache-hints.ts';

@Directive('@tag(name: "partner")')
@Directive(ofReferenceData)
@ObjectType({ description: 'An entrance of a venue.', simpleResolvers: true })
export class Gate {
  @Field(() => ID, { description: 'Id of the gate.' })
  id!: string;

  @Field(() => String, { description: 'Name on signs; unique in the venue.' })
  name!: string;
}

export const GateConnection = createConnectionType('Gate', () => Gate, {
  canBeCached: true,
  tags: ['partner'],
});
