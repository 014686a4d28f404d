import { Money } from '@plaza/kit/money.type';
import { createUnionType, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PromoCodeKind } from '../generated/prisma/enums.ts';
import { PromoCode } from './promo-code.type.ts';

@ObjectType({ description: 'There is such a code already.', simpleResolvers: true })
export class PromoCodeTaken {
  readonly __typename!: 'PromoCodeTaken';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

export const CreatePromoCodeResult = createUnionType({
  name: 'CreatePromoCodeResult',
  description: 'What became of making a promo code.',
  types: () => [PromoCode, PromoCodeTaken] as const,
});
export type CreatePromoCodeResult = typeof CreatePromoCodeResult;

@ObjectType({
  description:
    'What a code takes off an order that is placed now; only the order makes sure of it.',
  simpleResolvers: true,
})
export class PromoCodeOffer {
  readonly __typename!: 'PromoCodeOffer';

  @Field(() => String, { description: 'The code in upper case.' })
  code!: string;

  @Field(() => PromoCodeKind, { description: 'What it takes off the prices of the seats.' })
  kind!: PromoCodeKind;

  @Field(() => Int, { nullable: true, description: 'Percent off, for PERCENTAGE.' })
  percentOff!: number | null;

  @Field(() => Money, { nullable: true, description: 'Amount off, for AMOUNT.' })
  amountOff!: Money | null;
}

export const PromoCodeObstacle = {
  UNKNOWN: 'UNKNOWN',
  EXPIRED: 'EXPIRED',
  ELSEWHERE: 'ELSEWHERE',
  USED_UP: 'USED_UP',
  USED_BY_YOU: 'USED_BY_YOU',
  ACCOUNT_NEEDED: 'ACCOUNT_NEEDED',
} as const;
export type PromoCodeObstacle = keyof typeof PromoCodeObstacle;

registerEnumType(PromoCodeObstacle, {
  name: 'PromoCodeObstacle',
  description: 'Why a promo code cannot be used.',
  valuesConfig: {
    UNKNOWN: { description: 'There is no such code, or not yet, or it was put out of use.' },
    EXPIRED: { description: 'It does not hold any more.' },
    ELSEWHERE: { description: 'It is not for this performance, or not for its currency.' },
    USED_UP: { description: 'As many orders as may use it have.' },
    USED_BY_YOU: { description: 'As many orders of one person as may use it have.' },
    ACCOUNT_NEEDED: { description: 'It is limited by person, so the buyer needs an account.' },
  },
});

@ObjectType({ description: 'The code cannot be used here and now.', simpleResolvers: true })
export class PromoCodeRefused {
  readonly __typename!: 'PromoCodeRefused';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;

  @Field(() => PromoCodeObstacle, { description: 'What stands in the way.' })
  obstacle!: PromoCodeObstacle;
}

export const CheckPromoCodeResult = createUnionType({
  name: 'CheckPromoCodeResult',
  description: 'What a promo code would do.',
  types: () => [PromoCodeOffer, PromoCodeRefused] as const,
});
export type CheckPromoCodeResult = typeof CheckPromoCodeResult;
