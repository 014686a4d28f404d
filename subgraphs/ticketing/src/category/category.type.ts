import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { asItsOwner } from '../cache-hints.ts';

@Directive('@tag(name: "partner")')
@Directive(asItsOwner)
@ObjectType({ description: 'A kind of event, such as football or theatre.', simpleResolvers: true })
export class Category {
  @Field(() => ID, { description: 'Id of the category.' })
  id!: string;

  @Field(() => String, { description: 'Its name in URLs and in filters; unique.' })
  slug!: string;

  @Field(() => String, { description: 'Name that people read.' })
  name!: string;
}

export const CategoryConnection = createConnectionType('Category', () => Category, {
  canBeCached: true,
  tags: ['partner'],
});
