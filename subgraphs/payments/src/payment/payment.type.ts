import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { DateTime } from '@plaza/kit/scalars';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { PaymentFailureReason, PaymentMethod, PaymentStatus } from '../generated/prisma/enums.ts';

registerEnumType(PaymentStatus, {
  name: 'PaymentStatus',
  description:
    'State of a payment: pending, then captured, failed, cancelled or expired; captured, then refunded.',
  valuesConfig: {
    PENDING: { description: 'Begun; the money is not here yet.' },
    CAPTURED: { description: 'The money is here.' },
    FAILED: { description: 'The provider or the bank refused it.' },
    CANCELLED: { description: 'Called off before the money came.' },
    EXPIRED: { description: 'The time to pay ran out.' },
    REFUNDED: { description: 'The money went back.' },
  },
});

registerEnumType(PaymentMethod, {
  name: 'PaymentMethod',
  description: 'How somebody pays.',
  valuesConfig: {
    CARD: { description: 'By card, through a provider.' },
    CASH: { description: 'In cash, over the counter.' },
    WIRE_TRANSFER: { description: 'By transfer from a bank account.' },
    CLIENT_CREDIT: { description: 'From the credit that a client has.' },
    COURTESY: { description: 'For free; the amount is zero.' },
    OTHER: { description: 'In another way.' },
  },
});

registerEnumType(PaymentFailureReason, {
  name: 'PaymentFailureReason',
  description: 'Why a payment brought no money.',
  valuesConfig: {
    DECLINED: { description: 'The bank or the provider refused the card.' },
    INSUFFICIENT_FUNDS: { description: 'The card has not enough money.' },
    CHALLENGE_FAILED: { description: 'The cardholder did not pass the challenge.' },
    CANCELLED: { description: 'It was called off.' },
    EXPIRED: { description: 'The cardholder did not answer the challenge in time.' },
    PROVIDER_UNAVAILABLE: { description: 'The provider was away; nothing was charged.' },
    WRONG_AMOUNT: {
      description: 'The provider took another amount or currency than asked; it goes back.',
    },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({
  description: 'Money for an order. Its payer and the scope payment:read can see it.',
  simpleResolvers: true,
})
export class Payment {
  @Field(() => ID, { description: 'Id of the payment.' })
  id!: string;

  @Field(() => PaymentStatus, { description: 'Its state.' })
  status!: PaymentStatus;

  @Field(() => PaymentMethod, { description: 'How it is paid.' })
  method!: PaymentMethod;

  @Field(() => String, {
    nullable: true,
    description: 'The company that moves the money, if there is one.',
  })
  provider!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the provider calls this payment, to find it in its records.',
  })
  providerReference!: string | null;

  @Field(() => DateTime, { description: 'When it was begun.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the money came, if it did.' })
  capturedAt!: Date | null;

  @Field(() => PaymentFailureReason, { nullable: true, description: 'Why no money came, if so.' })
  failureReason!: PaymentFailureReason | null;
}

export const PaymentConnection = createConnectionType('Payment', () => Payment);
