import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { Directive, Field, ID, ObjectType } from 'type-graphql';

@Directive('@tag(name: "partner")')
@ObjectType({
  description: 'Price of a seat in one zone or one section; the section’s goes before its zone’s.',
  simpleResolvers: true,
})
export class PriceListItem {
  @Field(() => ID, { description: 'Id of the price.' })
  id!: string;
}

export const PriceListItemConnection = createConnectionType('PriceListItem', () => PriceListItem);
