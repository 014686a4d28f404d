import { Currency } from '@plaza/kit/money.type';
import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { DateTime } from '@plaza/kit/scalars';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { asItsOwner } from '../cache-hints.ts';
import { PriceListStatus } from '../generated/prisma/enums.ts';

registerEnumType(PriceListStatus, {
  name: 'PriceListStatus',
  description: 'Whether a version of the prices is in force.',
  valuesConfig: {
    ACTIVE: { description: 'Sold from; one version of a performance at most.' },
    ARCHIVED: { description: 'Not sold from: not yet, or not any more.' },
  },
});

@Directive('@tag(name: "partner")')
@Directive(asItsOwner)
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

  @Field(() => PriceListStatus, { description: 'Whether it is in force.' })
  status!: PriceListStatus;

  @Field(() => DateTime, { description: 'When this version was written.' })
  createdAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it came into force last, if it has.',
  })
  activatedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When another version replaced it.' })
  archivedAt!: Date | null;
}

export const PriceListConnection = createConnectionType('PriceList', () => PriceList);
