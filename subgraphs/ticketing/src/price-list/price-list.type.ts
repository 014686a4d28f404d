import { Currency } from '@plaza/kit/money.type';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';

@Directive('@tag(name: "partner")')
@ObjectType({
  description: 'The prices of one performance; a change makes a new version.',
  simpleResolvers: true,
})
export class PriceList {
  @Field(() => ID, { description: 'Id of this version.' })
  id!: string;

  @Field(() => Int, { description: 'Counts the changes of the prices, from 1.' })
  version!: number;

  @Field(() => Currency, { description: 'Currency of all its prices.' })
  currency!: Currency;
}
