import { Field, ObjectType } from 'type-graphql';

@ObjectType({
  description:
    'The idempotency key was used for another call before: make a new one for each intent.',
  simpleResolvers: true,
})
export class PaymentKeyReused {
  readonly __typename!: 'PaymentKeyReused';

  @Field(() => String, { description: 'What is wrong and what to do.' })
  message!: string;
}

export const paymentKeyReused: PaymentKeyReused = {
  __typename: 'PaymentKeyReused',
  message: 'This idempotency key belongs to a call with other input: make a new one',
};
