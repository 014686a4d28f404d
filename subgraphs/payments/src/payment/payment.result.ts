import { DateTime } from '@plaza/kit/scalars';
import {
  type ClassType,
  createUnionType,
  Field,
  Int,
  ObjectType,
  registerEnumType,
} from 'type-graphql';
import { PaymentFailureReason } from '../generated/prisma/enums.ts';
import { PaymentKeyReused } from '../idempotency/idempotency-key-reused.type.ts';
import type { PaymentRow } from './payment.service.ts';
import { Payment } from './payment.type.ts';

export const NotPayableReason = {
  CANCELLED: 'CANCELLED',
  ALREADY_PAID: 'ALREADY_PAID',
  TOO_LATE: 'TOO_LATE',
  PAYMENT_IN_PROGRESS: 'PAYMENT_IN_PROGRESS',
  CURRENCY_NOT_TAKEN: 'CURRENCY_NOT_TAKEN',
  TOO_MANY_ATTEMPTS: 'TOO_MANY_ATTEMPTS',
} as const;
export type NotPayableReason = keyof typeof NotPayableReason;

registerEnumType(NotPayableReason, {
  name: 'NotPayableReason',
  description: 'Why an order takes no payment now.',
  valuesConfig: {
    CANCELLED: { description: 'The order is cancelled.' },
    ALREADY_PAID: { description: 'Nothing is left to pay.' },
    TOO_LATE: { description: 'The time to pay is over.' },
    PAYMENT_IN_PROGRESS: { description: 'Another payment is under way: wait for it or cancel it.' },
    CURRENCY_NOT_TAKEN: { description: 'Over the counter only orders in MXN are paid.' },
    TOO_MANY_ATTEMPTS: { description: 'Too many cards have failed: pay in another way.' },
  },
});

@ObjectType({ description: 'The provider works on it: watch the payment.', simpleResolvers: true })
export class PaymentProcessing {
  readonly __typename!: 'PaymentProcessing';

  @Field(() => Payment, { description: 'The payment, pending.' })
  payment!: PaymentRow;
}

@ObjectType({ description: 'The money is here.', simpleResolvers: true })
export class PaymentCaptured {
  readonly __typename!: 'PaymentCaptured';

  @Field(() => Payment, { description: 'The payment.' })
  payment!: PaymentRow;
}

@ObjectType({ description: 'The cardholder must answer the bank first.', simpleResolvers: true })
export class ChallengeRequired {
  readonly __typename!: 'ChallengeRequired';

  @Field(() => Payment, { description: 'The payment, pending.' })
  payment!: PaymentRow;

  @Field(() => String, { description: 'Where to send the cardholder.' })
  url!: string;

  @Field(() => DateTime, { nullable: true, description: 'Until when the answer is taken.' })
  expiresAt!: Date | null;
}

@ObjectType({ description: 'This attempt brought no money; try another.', simpleResolvers: true })
export class PaymentDeclined {
  readonly __typename!: 'PaymentDeclined';

  @Field(() => Payment, { description: 'The payment, failed.' })
  payment!: PaymentRow;

  @Field(() => PaymentFailureReason, { description: 'Why.' })
  reason!: PaymentFailureReason;
}

@ObjectType({
  description:
    'The provider is away and nothing was charged: try again with a new idempotency key.',
  simpleResolvers: true,
})
export class PaymentProviderAway {
  readonly __typename!: 'PaymentProviderAway';

  @Field(() => Payment, { description: 'The payment, failed.' })
  payment!: PaymentRow;
}

@ObjectType({ description: 'The order takes no payment now.', simpleResolvers: true })
export class OrderNotPayable {
  readonly __typename!: 'OrderNotPayable';

  @Field(() => NotPayableReason, { description: 'Why.' })
  refusal!: NotPayableReason;

  /** Shown to who may read it alone. */
  openPayment!: PaymentRow | null;
}

@ObjectType({
  description: 'Nobody has told payments of such an order yet: try again with the same key.',
  simpleResolvers: true,
})
export class OrderUnknownYet {
  readonly __typename!: 'OrderUnknownYet';

  @Field(() => Int, { description: 'How long to wait, in milliseconds.' })
  retryAfterMs!: number;
}

/** Everything that a payment by card may come to. */
export const cardPaymentResults = [
  PaymentProcessing,
  PaymentCaptured,
  ChallengeRequired,
  PaymentDeclined,
  PaymentProviderAway,
  OrderNotPayable,
  OrderUnknownYet,
  PaymentKeyReused,
] as const satisfies readonly ClassType[];

export const PayOrderResult = createUnionType({
  name: 'PayOrderResult',
  description: 'What became of a payment by card.',
  types: () => cardPaymentResults,
});
export type CardPaymentResult = typeof PayOrderResult;

@ObjectType({ description: 'The payment is called off; no money came.', simpleResolvers: true })
export class PaymentCancelled {
  readonly __typename!: 'PaymentCancelled';

  @Field(() => Payment, { description: 'The payment.' })
  payment!: PaymentRow;
}

@ObjectType({
  description:
    'The provider has not answered yet; the payment will be called off if it still can be.',
  simpleResolvers: true,
})
export class PaymentCancelRequested {
  readonly __typename!: 'PaymentCancelRequested';

  @Field(() => Payment, { description: 'The payment, pending.' })
  payment!: PaymentRow;
}

@ObjectType({ description: 'The payment has ended already.', simpleResolvers: true })
export class PaymentNotCancellable {
  readonly __typename!: 'PaymentNotCancellable';

  @Field(() => Payment, { description: 'The payment, with the state that it ended in.' })
  payment!: PaymentRow;
}

@ObjectType({ description: 'There is no such payment.', simpleResolvers: true })
export class PaymentNotFound {
  readonly __typename!: 'PaymentNotFound';

  @Field(() => String, { description: 'The id that was asked for.' })
  id!: string;
}

export const CancelPaymentResult = createUnionType({
  name: 'CancelPaymentResult',
  description: 'What became of calling a payment off.',
  types: () =>
    [PaymentCancelled, PaymentCancelRequested, PaymentNotCancellable, PaymentNotFound] as const,
});

/** What a payment's state means to who pays. */
export function toCardPaymentResult(payment: PaymentRow): CardPaymentResult {
  const { status, challengeUrl: url, challengeExpiresAt: expiresAt, failureReason } = payment;
  if (status === 'PENDING') {
    return url === null
      ? { __typename: 'PaymentProcessing', payment }
      : { __typename: 'ChallengeRequired', payment, url, expiresAt };
  }
  if (status === 'CAPTURED' || status === 'REFUNDED') {
    return { __typename: 'PaymentCaptured', payment };
  }
  return failureReason === 'PROVIDER_UNAVAILABLE'
    ? { __typename: 'PaymentProviderAway', payment }
    : { __typename: 'PaymentDeclined', payment, reason: failureReason ?? 'DECLINED' };
}
