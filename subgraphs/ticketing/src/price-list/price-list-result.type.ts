import { createUnionType, Field, ObjectType } from 'type-graphql';
import { PriceList } from './price-list.type.ts';

@ObjectType({
  description: 'Nobody buys for the performance any more, so its prices stay as they are.',
  simpleResolvers: true,
})
export class PricesFixed {
  readonly __typename!: 'PricesFixed';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

export const ChangePriceListResult = createUnionType({
  name: 'ChangePriceListResult',
  description: 'What became of writing prices or of putting them in force.',
  types: () => [PriceList, PricesFixed] as const,
});
export type ChangePriceListResult = typeof ChangePriceListResult;
