import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { DateTime } from '@plaza/kit/scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { RefundReason, RefundStatus } from '../generated/prisma/enums.ts';

registerEnumType(RefundStatus, {
  name: 'RefundStatus',
  description: 'State of a refund: requested, maybe pending, then succeeded or failed.',
  valuesConfig: {
    REQUESTED: {
      description: 'Set aside: the provider has not taken it yet, or staff has not handed it over.',
    },
    PENDING: { description: 'The provider works on it.' },
    SUCCEEDED: { description: 'The money is back.' },
    FAILED: { description: 'The provider did not give it back; another refund may have.' },
  },
});

registerEnumType(RefundReason, {
  name: 'RefundReason',
  description: 'Why money goes back.',
  valuesConfig: {
    ORDER_CANCELLED: { description: 'The order was cancelled.' },
    SCHEDULE_CANCELLED: { description: 'The performance was cancelled.' },
    LATE_PAYMENT: { description: 'The money came when the order could take it no more.' },
    BUYER: { description: 'The buyer asked.' },
    STAFF: { description: 'Staff decided.' },
    WRONG_AMOUNT: { description: 'The provider took another amount or currency than asked.' },
    CHARGED_TWICE: { description: 'The provider took the money a second time.' },
  },
});

@ObjectType({ description: 'Money of a payment that goes back.', simpleResolvers: true })
export class Refund {
  @Field(() => ID, { description: 'Id of the refund.' })
  id!: string;

  @Field(() => RefundStatus, { description: 'Its state.' })
  status!: RefundStatus;

  @Field(() => RefundReason, { description: 'Why.' })
  reason!: RefundReason;

  @Field(() => String, { nullable: true, description: 'Why it failed, in the provider’s word.' })
  failureCode!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the provider calls the payment that it goes back to, if that is another.',
  })
  providerPaymentId!: string | null;

  @Field(() => DateTime, { description: 'When it was begun.' })
  createdAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the provider is asked next; null when it is settled or waits for staff.',
  })
  nextTryAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it succeeded or failed.' })
  settledAt!: Date | null;
}

export const RefundConnection = createConnectionType('Refund', () => Refund);
