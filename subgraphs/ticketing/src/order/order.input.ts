import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { idempotencyKeySchema, seatIdsSchema, uuidSchema } from '../hold/hold.input.ts';
import { codeSchema } from '../promo-code/promo-code.input.ts';

const idempotencyKeyDescription =
  'A fresh text for each purchase, at most 100 characters: sent again, it finds the same order.';

@InputType({ description: 'A purchase of the seats that the viewer holds.' })
export class PlaceOrderInput {
  @Field(() => ID, { description: 'The hold.' })
  holdId!: string;

  @Field(() => String, { nullable: true, description: 'A code that takes something off.' })
  promoCode?: string | null;

  @Field(() => String, { description: idempotencyKeyDescription })
  idempotencyKey!: string;
}

const promoCodeSchema = codeSchema.nullish().transform((code) => code ?? null);

export const placeOrderSchema = z.object({
  holdId: uuidSchema,
  promoCode: promoCodeSchema,
  idempotencyKey: idempotencyKeySchema,
});

@InputType({ description: 'A sale over the counter.' })
export class BoxOfficeSaleInput {
  @Field(() => ID, { description: 'The performance.' })
  scheduleId!: string;

  @Field(() => [ID], { description: 'The seats, at most twelve, each once.' })
  seatIds!: string[];

  @Field(() => ID, {
    nullable: true,
    description: 'The buyer’s account, if they have one; without, the tickets are on paper.',
  })
  buyerId?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True for a gift of the house: all of the price is taken off.',
  })
  isCourtesy!: boolean;

  @Field(() => String, { nullable: true, description: 'A code that takes something off.' })
  promoCode?: string | null;

  @Field(() => String, { description: idempotencyKeyDescription })
  idempotencyKey!: string;
}

export const boxOfficeSaleSchema = z
  .object({
    scheduleId: uuidSchema,
    seatIds: seatIdsSchema,
    buyerId: uuidSchema.nullish().transform((id) => id ?? null),
    isCourtesy: z.boolean(),
    promoCode: promoCodeSchema,
    idempotencyKey: idempotencyKeySchema,
  })
  .refine(({ isCourtesy, promoCode }) => !isCourtesy || promoCode === null, {
    path: ['promoCode'],
    message: 'a courtesy costs nothing already',
  });
export type ParsedBoxOfficeSale = z.output<typeof boxOfficeSaleSchema>;
