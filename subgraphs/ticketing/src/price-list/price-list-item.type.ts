import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { asItsOwner } from '../cache-hints.ts';

@Directive('@tag(name: "partner")')
@Directive(asItsOwner)
@ObjectType({
  description: 'Price of a seat in one zone or one section; the section’s goes before its zone’s.',
  simpleResolvers: true,
})
export class PriceListItem {
  @Field(() => ID, { description: 'Id of the price.' })
  id!: string;
}

export const PriceListItemConnection = createConnectionType('PriceListItem', () => PriceListItem, {
  canBeCached: true,
  tags: ['partner'],
});
