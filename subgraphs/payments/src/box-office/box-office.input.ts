import { Currency } from '@plaza/kit/money.type';
import { Field, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { PaymentMethod } from '../generated/prisma/enums.ts';
import { idempotencyKeyInput } from '../idempotency/idempotency-key.ts';

/** Tenders for one order. */
const tendersMax = 10;

@InputType({ description: 'What somebody hands over at the counter.' })
export class TenderInput {
  @Field(() => PaymentMethod, { description: 'CARD is the terminal at the counter.' })
  method!: PaymentMethod;

  @Field(() => Int, {
    description: 'Minor units: what is charged, or for cash what is handed over.',
  })
  amountMinor!: number;

  @Field(() => Currency, { description: 'USD for cash alone.' })
  currency!: Currency;

  @Field(() => ID, { nullable: true, description: 'The account, for CLIENT_CREDIT.' })
  creditAccountId?: string | null;

  @Field(() => String, { nullable: true, description: 'Number of the slip or transfer.' })
  slipReference?: string | null;
}

const tenderInput = z
  .object({
    method: z.enum(PaymentMethod),
    amountMinor: z.int().min(1, 'must be at least 1'),
    currency: z.enum(Currency),
    creditAccountId: z
      .guid('must be an id of this graph (a UUID)')
      .nullish()
      .transform((id) => id?.toLowerCase() ?? null),
    slipReference: z
      .string()
      .max(100)
      .nullish()
      .transform((text) => text ?? null),
  })
  .refine(({ method }) => method !== 'COURTESY', {
    error: 'a courtesy is no payment: place the order as one, and it costs nothing',
  })
  .refine(({ method, currency }) => currency === 'MXN' || method === 'CASH', {
    error: 'only cash may be in USD',
  })
  .refine(
    ({ method, creditAccountId }) => (method === 'CLIENT_CREDIT') === (creditAccountId !== null),
    {
      error: 'CLIENT_CREDIT, and nothing else, names its account',
    },
  );

export const boxOfficeInput = z.object({
  idempotencyKey: idempotencyKeyInput,
  tenders: z
    .array(tenderInput)
    .min(1, 'name at least one')
    .max(tendersMax, `name at most ${tendersMax}`),
});
