import { Currency } from '@plaza/kit/money.type';
import { DateTime } from '@plaza/kit/scalars';
import { requireUuid } from '@plaza/kit/uuid';
import { Field, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';

/** Orders that a limited code may be used for. */
const usesLimitMax = 1_000_000;
/** Largest discount of one order. */
const amountOffMinorMax = 1_000_000_000;

@InputType({ description: 'A new code: so much percent or a fixed amount off the seats’ prices.' })
export class CreatePromoCodeInput {
  @Field(() => String, {
    description: 'What people type: 3 to 40 of A-Z, 0-9 and hyphens; case does not matter.',
  })
  code!: string;

  @Field(() => Int, {
    nullable: true,
    description: '1 to 100; give either it or amountOffMinor.',
  })
  percentOff?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Minor units off, at most the sum of the prices; needs currency.',
  })
  amountOffMinor?: number | null;

  @Field(() => Currency, { nullable: true, description: 'Currency of amountOffMinor.' })
  currency?: Currency | null;

  @Field(() => Int, { nullable: true, description: 'Orders that may use it; no limit by default.' })
  usesMax?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Orders of one person that may use it; no limit by default.',
  })
  usesPerUserMax?: number | null;

  @Field(() => DateTime, { description: 'From when it holds.' })
  validFrom!: Date;

  @Field(() => DateTime, { description: 'Until when it holds, not included.' })
  validUntil!: Date;

  @Field(() => ID, { nullable: true, description: 'Id of the only event that it is for.' })
  eventId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the only performance that it is for.' })
  scheduleId?: string | null;
}

const count = (max: number) =>
  z.number().int().min(1, 'must be at least 1').max(max, `must be at most ${max}`);
const id = (field: string) => z.string().transform((value) => requireUuid(value, field));

/** A code as people type it, in the form that the database has. */
export const codeSchema = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9-]{3,40}$/, 'must be 3 to 40 of A-Z, 0-9 and hyphens');

export const createPromoCodeSchema = z
  .object({
    code: codeSchema,
    percentOff: count(100).nullish(),
    amountOffMinor: count(amountOffMinorMax).nullish(),
    currency: z.enum(Currency).nullish(),
    usesMax: count(usesLimitMax).nullish(),
    usesPerUserMax: count(usesLimitMax).nullish(),
    validFrom: z.date(),
    validUntil: z.date(),
    eventId: id('eventId').nullish(),
    scheduleId: id('scheduleId').nullish(),
  })
  .refine(({ percentOff, amountOffMinor }) => (percentOff == null) !== (amountOffMinor == null), {
    path: ['percentOff'],
    message: 'give either percentOff or amountOffMinor',
  })
  .refine(({ amountOffMinor, currency }) => (amountOffMinor == null) === (currency == null), {
    path: ['currency'],
    message: 'goes with amountOffMinor',
  })
  .refine(({ validFrom, validUntil }) => validFrom < validUntil, {
    path: ['validUntil'],
    message: 'must be later than validFrom',
  })
  .refine(({ eventId, scheduleId }) => eventId == null || scheduleId == null, {
    path: ['scheduleId'],
    message: 'give either eventId or scheduleId',
  });
