import { Money } from '@plaza/kit/money.type';
import { DateTime } from '@plaza/kit/scalars';
import { createUnionType, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { ClientCreditNotFound } from '../box-office/box-office.result.ts';
import type { ClientCreditAccount as AccountRow } from '../generated/prisma/client.ts';
import { CreditTransactionKind } from '../generated/prisma/enums.ts';
import { PaymentKeyReused } from '../idempotency/idempotency-key-reused.type.ts';

registerEnumType(CreditTransactionKind, {
  name: 'CreditTransactionKind',
  description: 'Why what a client owes changed.',
  valuesConfig: {
    DRAWDOWN: { description: 'The client bought on credit; it owes more.' },
    PAYMENT: { description: 'The client paid; it owes less.' },
    REVERSAL: { description: 'A purchase on credit went back; it owes less.' },
  },
});

@ObjectType({ description: 'One change of what a client owes.', simpleResolvers: true })
export class ClientCreditTransaction {
  @Field(() => ID, { description: 'Id of the change.' })
  id!: string;

  @Field(() => CreditTransactionKind, { description: 'Why.' })
  kind!: CreditTransactionKind;

  @Field(() => DateTime, { description: 'When.' })
  createdAt!: Date;
}

@ObjectType({
  description: 'What a client may buy on credit. The client and scope payment:read can see it.',
  simpleResolvers: true,
})
export class ClientCreditAccount {
  @Field(() => ID, { description: 'Id of the account.' })
  id!: string;
}

@ObjectType({ description: 'The account is as wished.', simpleResolvers: true })
export class ClientCreditSaved {
  readonly __typename!: 'ClientCreditSaved';

  @Field(() => ClientCreditAccount, { description: 'The account.' })
  account!: AccountRow;
}

@ObjectType({ description: 'More was paid than the client owes.', simpleResolvers: true })
export class ClientCreditPaymentTooLarge {
  readonly __typename!: 'ClientCreditPaymentTooLarge';

  @Field(() => Money, { description: 'What the client owes.' })
  balance!: Money;
}

export const RecordClientCreditPaymentResult = createUnionType({
  name: 'RecordClientCreditPaymentResult',
  description: 'What became of a payment to a credit account.',
  types: () =>
    [
      ClientCreditSaved,
      ClientCreditPaymentTooLarge,
      ClientCreditNotFound,
      PaymentKeyReused,
    ] as const,
});
