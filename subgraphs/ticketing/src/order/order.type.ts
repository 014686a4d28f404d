import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { DateTime } from '@plaza/kit/scalars';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { OrderChannel, OrderEndReason, OrderStatus } from '../generated/prisma/enums.ts';

registerEnumType(OrderStatus, {
  name: 'OrderStatus',
  description:
    'State of an order: pending, then paid or cancelled; paid, then refunded or cancelled.',
  valuesConfig: {
    PENDING: { description: 'Waiting for its payment; its seats are booked.' },
    PAID: { description: 'Paid in full; its tickets are issued.' },
    REFUNDED: { description: 'The money went back.' },
    CANCELLED: { description: 'Called off; its seats are free again.' },
  },
});

registerEnumType(OrderChannel, {
  name: 'OrderChannel',
  description: 'Where an order was made.',
  valuesConfig: {
    ONLINE: { description: 'By the buyer, on the web or in the app.' },
    BOX_OFFICE: { description: 'By a seller, over the counter.' },
  },
});

registerEnumType(OrderEndReason, {
  name: 'OrderEndReason',
  description: 'Why an order was cancelled or refunded.',
  valuesConfig: {
    BUYER: { description: 'Its buyer called it off before it was paid.' },
    STAFF: { description: 'Staff called it off or gave its money back.' },
    EXPIRED: { description: 'Nobody paid in time.' },
    PAYMENT_FAILED: { description: 'Its payment failed for good.' },
    SCHEDULE_CANCELLED: { description: 'The performance was called off.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({
  description: 'A purchase of tickets. Its buyer and the scope order:read can see it.',
  simpleResolvers: true,
})
export class Order {
  readonly __typename?: 'Order';

  @Field(() => ID, { description: 'Id of the order.' })
  id!: string;

  @Field(() => OrderStatus, { description: 'Its state.' })
  status!: OrderStatus;

  @Field(() => OrderChannel, { description: 'Where it was made.' })
  channel!: OrderChannel;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when its seats wait for money; a payment link moves it.',
  })
  payableUntil!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was paid in full, if it was.' })
  paidAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was cancelled or refunded.' })
  endedAt!: Date | null;

  @Field(() => OrderEndReason, { nullable: true, description: 'Why it was cancelled or refunded.' })
  endReason!: OrderEndReason | null;
}

export const OrderConnection = createConnectionType('Order', () => Order);
