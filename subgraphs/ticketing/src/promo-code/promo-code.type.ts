import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { DateTime } from '@plaza/kit/scalars';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PromoCodeKind } from '../generated/prisma/enums.ts';

registerEnumType(PromoCodeKind, {
  name: 'PromoCodeKind',
  description: 'What a code takes off the prices of an order’s seats; fees and taxes stay.',
  valuesConfig: {
    PERCENTAGE: { description: 'So much percent.' },
    AMOUNT: { description: 'A fixed amount, at most the sum of the prices.' },
  },
});

@ObjectType({ description: 'A discount for those who know the code.', simpleResolvers: true })
export class PromoCode {
  @Field(() => ID, { description: 'Id of the code.' })
  id!: string;

  @Field(() => String, { description: 'What people type, in upper case.' })
  code!: string;

  @Field(() => PromoCodeKind, { description: 'What it takes off.' })
  kind!: PromoCodeKind;

  @Field(() => Int, { nullable: true, description: 'Percent off, for PERCENTAGE.' })
  percentOff!: number | null;

  @Field(() => Int, { nullable: true, description: 'Orders that may use it; null for no limit.' })
  usesMax!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Orders of one person that may use it; null for no limit.',
  })
  usesPerUserMax!: number | null;

  @Field(() => Int, { description: 'Orders that use it now, paid or waiting for money.' })
  usesCount!: number;

  @Field(() => DateTime, { description: 'From when it holds.' })
  validFrom!: Date;

  @Field(() => DateTime, { description: 'Until when it holds, not included.' })
  validUntil!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was put out of use, if it was.' })
  disabledAt!: Date | null;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;
}

export const PromoCodeConnection = createConnectionType('PromoCode', () => PromoCode);
