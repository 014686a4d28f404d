import { DateTime } from '@plaza/kit/scalars';
import { createUnionType, Field, ObjectType, registerEnumType } from 'type-graphql';
import type { PaymentLink as PaymentLinkRow } from '../generated/prisma/client.ts';
import { PaymentLinkStatus } from '../generated/prisma/enums.ts';
import { PaymentKeyReused } from '../idempotency/idempotency-key-reused.type.ts';
import { cardPaymentResults, OrderNotPayable, OrderUnknownYet } from '../payment/payment.result.ts';

registerEnumType(PaymentLinkStatus, {
  name: 'PaymentLinkStatus',
  description: 'State of a payment link: pending, then paid, expired or cancelled.',
  valuesConfig: {
    PENDING: { description: 'It waits to be paid.' },
    PAID: { description: 'The order was paid by it.' },
    EXPIRED: { description: 'Nobody paid in time.' },
    CANCELLED: { description: 'The order was cancelled or paid in another way.' },
  },
});

@ObjectType({
  description: 'A link by which anybody who has it can pay one order, without an account.',
  simpleResolvers: true,
})
export class PaymentLink {
  @Field(() => String, { description: 'The code that the address of the link ends in.' })
  code!: string;

  @Field(() => PaymentLinkStatus, { description: 'Its state.' })
  status!: PaymentLinkStatus;

  @Field(() => DateTime, { description: 'From when it can be paid.' })
  activatesAt!: Date;

  @Field(() => DateTime, { description: 'Until when it can be paid.' })
  expiresAt!: Date;
}

@ObjectType({ description: 'The link is ready to be sent.', simpleResolvers: true })
export class PaymentLinkCreated {
  readonly __typename!: 'PaymentLinkCreated';

  @Field(() => PaymentLink, { description: 'The link.' })
  link!: PaymentLinkRow;
}

@ObjectType({ description: 'The order has a link already; one at a time.', simpleResolvers: true })
export class PaymentLinkExists {
  readonly __typename!: 'PaymentLinkExists';

  @Field(() => PaymentLink, { description: 'The link that is open.' })
  link!: PaymentLinkRow;
}

@ObjectType({ description: 'The link cannot be paid by now.', simpleResolvers: true })
export class PaymentLinkNotPayable {
  readonly __typename!: 'PaymentLinkNotPayable';

  @Field(() => PaymentLink, { description: 'The link, with its state and times.' })
  link!: PaymentLinkRow;
}

@ObjectType({ description: 'There is no link with this code.', simpleResolvers: true })
export class PaymentLinkNotFound {
  readonly __typename!: 'PaymentLinkNotFound';

  @Field(() => String, { description: 'The code.' })
  code!: string;
}

@ObjectType({ description: 'The link is cancelled.', simpleResolvers: true })
export class PaymentLinkCancelled {
  readonly __typename!: 'PaymentLinkCancelled';

  @Field(() => PaymentLink, { description: 'The link.' })
  link!: PaymentLinkRow;
}

export const CreatePaymentLinkResult = createUnionType({
  name: 'CreatePaymentLinkResult',
  description: 'What became of a payment link.',
  types: () =>
    [
      PaymentLinkCreated,
      PaymentLinkExists,
      OrderNotPayable,
      OrderUnknownYet,
      PaymentKeyReused,
    ] as const,
});

export const CancelPaymentLinkResult = createUnionType({
  name: 'CancelPaymentLinkResult',
  description: 'What became of calling a link off.',
  types: () => [PaymentLinkCancelled, PaymentLinkNotPayable, PaymentLinkNotFound] as const,
});

export const PayPaymentLinkResult = createUnionType({
  name: 'PayPaymentLinkResult',
  description: 'What became of a payment by link.',
  types: () => [...cardPaymentResults, PaymentLinkNotPayable, PaymentLinkNotFound] as const,
});
