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
