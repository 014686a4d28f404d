import { Money } from '@plaza/kit/money.type';
import { createUnionType, Field, ObjectType } from 'type-graphql';
import type { Refund as RefundRow } from '../generated/prisma/client.ts';
import { PaymentKeyReused } from '../idempotency/idempotency-key-reused.type.ts';
import { PaymentNotFound } from '../payment/payment.result.ts';
import type { PaymentRow } from '../payment/payment.service.ts';
import { Payment } from '../payment/payment.type.ts';
import { Refund } from './refund.type.ts';

@ObjectType({ description: 'The money is back or on its way.', simpleResolvers: true })
export class RefundAccepted {
  readonly __typename!: 'RefundAccepted';

  @Field(() => Refund, { description: 'The refund.' })
  refund!: RefundRow;

  @Field(() => Payment, { description: 'The payment that the money was of.' })
  payment!: PaymentRow;
}

@ObjectType({ description: 'More was asked back than is left.', simpleResolvers: true })
export class RefundTooLarge {
  readonly __typename!: 'RefundTooLarge';

  @Field(() => Money, { description: 'What may still go back.' })
  refundable!: Money;
}

@ObjectType({ description: 'The payment has no money to give back.', simpleResolvers: true })
export class PaymentNotRefundable {
  readonly __typename!: 'PaymentNotRefundable';

  @Field(() => Payment, { description: 'The payment.' })
  payment!: PaymentRow;
}

export const RefundPaymentResult = createUnionType({
  name: 'RefundPaymentResult',
  description: 'What became of a refund.',
  types: () =>
    [
      RefundAccepted,
      RefundTooLarge,
      PaymentNotRefundable,
      PaymentNotFound,
      PaymentKeyReused,
    ] as const,
});

@ObjectType({ description: 'There is no such refund.', simpleResolvers: true })
export class RefundNotFound {
  readonly __typename!: 'RefundNotFound';

  @Field(() => String, { description: 'The id that was asked for.' })
  id!: string;
}

@ObjectType({ description: 'The refund did not fail.', simpleResolvers: true })
export class RefundNotFailed {
  readonly __typename!: 'RefundNotFailed';

  @Field(() => Refund, { description: 'The refund, with the state that it is in.' })
  refund!: RefundRow;
}

export const RetryRefundResult = createUnionType({
  name: 'RetryRefundResult',
  description: 'What became of giving money back once more.',
  types: () => [RefundAccepted, PaymentNotRefundable, RefundNotFailed, RefundNotFound] as const,
});

@ObjectType({ description: 'The buyer has the money.', simpleResolvers: true })
export class RefundHandedOver {
  readonly __typename!: 'RefundHandedOver';

  @Field(() => Refund, { description: 'The refund, succeeded.' })
  refund!: RefundRow;
}

@ObjectType({
  description: 'Nothing is to be handed over: it was already, or the provider gives it back.',
  simpleResolvers: true,
})
export class RefundNotToHandOver {
  readonly __typename!: 'RefundNotToHandOver';

  @Field(() => Refund, { description: 'The refund, with the state that it is in.' })
  refund!: RefundRow;
}

export const RecordRefundHandoverResult = createUnionType({
  name: 'RecordRefundHandoverResult',
  description: 'What became of recording that money was handed over.',
  types: () => [RefundHandedOver, RefundNotToHandOver, RefundNotFound] as const,
});
