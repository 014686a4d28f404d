import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { ofReferenceData } from '../cache-hints.ts';

@Directive('@tag(name: "partner")')
@Directive(ofReferenceData)
@ObjectType({ description: 'A row of seats.', simpleResolvers: true })
export class Row {
  @Field(() => ID, { description: 'Id of the row.' })
  id!: string;

  @Field(() => String, { description: 'Label on tickets and seats; unique in the section.' })
  label!: string;
}

export const RowConnection = createConnectionType('Row', () => Row, {
  canBeCached: true,
  tags: ['partner'],
});
