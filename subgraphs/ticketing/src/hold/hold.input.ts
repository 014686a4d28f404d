import { isUuid } from '@plaza/kit/uuid';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';

/** Longest list of seats that is looked at; what one hold takes is `holdSeatsMax`. */
const seatIdsMax = 100;
const idempotencyKeyLengthMax = 100;

export const idempotencyKeySchema = z.string().trim().min(1).max(idempotencyKeyLengthMax);

export const uuidSchema = z
  .string()
  .refine(isUuid, 'must be an id of this graph (a UUID)')
  .transform((id) => id.toLowerCase());

export const seatIdsSchema = z
  .array(uuidSchema)
  .min(1)
  .max(seatIdsMax)
  .refine((ids) => new Set(ids).size === ids.length, 'must not name a seat twice');

@InputType({ description: 'Seats of one performance to keep for the viewer.' })
export class HoldSeatsInput {
  @Field(() => ID, { description: 'The performance.' })
  scheduleId!: string;

  @Field(() => [ID], { description: 'The seats, at most twelve, each once.' })
  seatIds!: string[];

  @Field(() => String, {
    description:
      'A fresh text for each choice of seats, at most 100 characters: sent again, it finds the same hold.',
  })
  idempotencyKey!: string;
}

export const holdSeatsSchema = z.object({
  scheduleId: uuidSchema,
  seatIds: seatIdsSchema,
  idempotencyKey: idempotencyKeySchema,
});
