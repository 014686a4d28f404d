import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { asItsOwner } from '../cache-hints.ts';

@Directive('@tag(name: "partner")')
@Directive(asItsOwner)
@ObjectType({ description: 'Who puts an event on.', simpleResolvers: true })
export class Organizer {
  @Field(() => ID, { description: 'Id of the organizer.' })
  id!: string;

  @Field(() => String, { description: 'Its name in URLs; unique.' })
  slug!: string;

  @Field(() => String, { description: 'Name that people know it by.' })
  name!: string;
}
