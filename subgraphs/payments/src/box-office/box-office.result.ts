import { Money } from '@plaza/kit/money.type';
import { createUnionType, Field, ID, ObjectType } from 'type-graphql';
import { PaymentKeyReused } from '../idempotency/idempotency-key-reused.type.ts';
import { OrderNotPayable, OrderUnknownYet } from '../payment/payment.result.ts';
import type { PaymentRow } from '../payment/payment.service.ts';
import { Payment } from '../payment/payment.type.ts';

@ObjectType({ description: 'The order is covered.', simpleResolvers: true })
export class BoxOfficePaid {
  readonly __typename!: 'BoxOfficePaid';

  @Field(() => [Payment], {
    description: 'In the fixed sequence: card, credit, pesos, dollars, the rest.',
  })
  payments!: PaymentRow[];

  @Field(() => Money, { description: 'What to hand back, in pesos.' })
  change!: Money;
}

@ObjectType({
  description: 'What was handed over does not cover the order.',
  simpleResolvers: true,
})
export class TendersTooLow {
  readonly __typename!: 'TendersTooLow';

  @Field(() => Money, { description: 'What is missing.' })
  missing!: Money;
}

@ObjectType({
  description: 'A tender is more than what is left when its turn comes; only cash gives change.',
  simpleResolvers: true,
})
export class TenderTooLarge {
  readonly __typename!: 'TenderTooLarge';

  @Field(() => Money, { description: 'What is left to pay when its turn comes.' })
  remaining!: Money;
}

@ObjectType({ description: 'The credit does not cover it.', simpleResolvers: true })
export class ClientCreditExceeded {
  readonly __typename!: 'ClientCreditExceeded';

  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => Money, { description: 'What the client may still spend.' })
  available!: Money;
}

@ObjectType({ description: 'There is no such credit account.', simpleResolvers: true })
export class ClientCreditNotFound {
  readonly __typename!: 'ClientCreditNotFound';

  @Field(() => ID, { description: 'The id that was asked for.' })
  accountId!: string;
}

export const RecordBoxOfficePaymentsResult = createUnionType({
  name: 'RecordBoxOfficePaymentsResult',
  description: 'What became of a sale over the counter.',
  types: () =>
    [
      BoxOfficePaid,
      TendersTooLow,
      TenderTooLarge,
      ClientCreditExceeded,
      ClientCreditNotFound,
      OrderNotPayable,
      OrderUnknownYet,
      PaymentKeyReused,
    ] as const,
});
