import 'reflect-metadata';
import { Directive, Field, Int, ObjectType, registerEnumType } from 'type-graphql';

/** Currencies that Plaza trades in, by ISO 4217 code. */
export const Currency = { MXN: 'MXN', USD: 'USD' } as const;
export type Currency = keyof typeof Currency;

registerEnumType(Currency, {
  name: 'Currency',
  description: 'A currency that Plaza trades in, by its ISO 4217 code.',
  valuesConfig: {
    MXN: { description: 'Mexican peso; 100 minor units (centavos) make one.' },
    USD: { description: 'United States dollar; 100 minor units (cents) make one.' },
  },
});

@Directive('@shareable')
@Directive('@tag(name: "partner")')
@ObjectType({ description: 'An amount of money in one currency.', simpleResolvers: true })
export class Money {
  @Field(() => Int, {
    description: 'The amount in minor units: 12550 with MXN is 125.50 pesos.',
  })
  amountMinor!: number;

  @Field(() => Currency, { description: 'The currency of the amount.' })
  currency!: Currency;
}

/** The largest amount that GraphQL's Int carries: 21,474,836.47 in a currency with centavos. */
const amountMinorMax = 2 ** 31 - 1;

/** An amount as the graph shows it. Throws RangeError when the schema's Int could not carry it. */
export function money(amountMinor: number | bigint, currency: Currency): Money {
  const amount = Number(amountMinor);
  if (!Number.isInteger(amount) || Math.abs(amount) > amountMinorMax) {
    throw new RangeError(`An amount of ${amountMinor} minor units is outside Money's range`);
  }
  return { amountMinor: amount, currency };
}
