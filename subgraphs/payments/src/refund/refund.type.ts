import { DateTime } from '@plaza/kit/scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { RefundReason, RefundStatus } from '../generated/prisma/enums.ts';

registerEnumType(RefundStatus, {
  name: 'RefundStatus',
  description: 'State of a refund: requested, maybe pending, then succeeded or failed.',
  valuesConfig: {
    REQUESTED: { description: 'The money is set aside; the provider has not taken it yet.' },
    PENDING: { description: 'The provider works on it.' },
    SUCCEEDED: { description: 'The money is back.' },
    FAILED: { description: 'The provider will not give it back; somebody must, by hand.' },
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

  @Field(() => DateTime, { description: 'When it was begun.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it succeeded or failed.' })
  settledAt!: Date | null;
}
