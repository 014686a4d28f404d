import { Currency } from '@plaza/kit/money.type';
import { requireUuid } from '@plaza/kit/uuid';
import { Field, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';

/** Zones and sections that one list may price. */
const itemsMax = 500;
/** Largest price, fee or tax of a seat: three of them still fit Money's Int. */
const amountMinorMax = 500_000_000;

@InputType({ description: 'Price of a seat in one zone or one section; amounts in minor units.' })
export class PriceListItemInput {
  @Field(() => ID, { nullable: true, description: 'Id of the zone; give either it or a section.' })
  zoneId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the section, whose price goes before its zone’s.',
  })
  sectionId?: string | null;

  @Field(() => Int, { description: 'Price of the seat itself: 75000 with MXN is 750.00 pesos.' })
  priceMinor!: number;

  @Field(() => Int, { defaultValue: 0, description: 'Service charge.' })
  feeMinor!: number;

  @Field(() => Int, { defaultValue: 0, description: 'Tax on top of price and fee.' })
  taxMinor!: number;
}

@InputType({ description: 'All prices of a performance, as its next version.' })
export class CreatePriceListInput {
  @Field(() => ID, { description: 'Id of the performance.' })
  scheduleId!: string;

  @Field(() => Currency, { description: 'Currency of all the prices.' })
  currency!: Currency;

  @Field(() => [PriceListItemInput], {
    description: '1 to 500 prices; what has neither its own nor its zone’s is not for sale.',
  })
  items!: PriceListItemInput[];
}

const amount = z
  .number()
  .int()
  .min(0, 'must not be negative')
  .max(amountMinorMax, `must be at most ${amountMinorMax} minor units`);
const id = (field: string) => z.string().transform((value) => requireUuid(value, field));

const itemSchema = z
  .object({
    zoneId: id('zoneId').nullish(),
    sectionId: id('sectionId').nullish(),
    priceMinor: amount,
    feeMinor: amount,
    taxMinor: amount,
  })
  .refine(({ zoneId, sectionId }) => (zoneId == null) !== (sectionId == null), {
    message: 'give either zoneId or sectionId',
  });

export const createPriceListSchema = z.object({
  scheduleId: id('scheduleId'),
  currency: z.enum(Currency),
  items: z
    .array(itemSchema)
    .min(1, 'must have a price')
    .max(itemsMax, `must be at most ${itemsMax} prices`)
    .superRefine((items, ctx) => {
      const places = new Set<string>();
      for (const [index, { zoneId, sectionId }] of items.entries()) {
        const place = zoneId ?? sectionId ?? '';
        if (places.has(place)) {
          ctx.addIssue({ code: 'custom', path: [index], message: 'prices the same place again' });
        }
        places.add(place);
      }
    }),
});

export type ParsedPriceList = z.output<typeof createPriceListSchema>;
