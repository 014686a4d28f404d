import { z } from 'zod';
import { idempotencyKeyInput } from '../idempotency/idempotency-key.ts';

/** What a payment by card needs of the client. */
export const cardPaymentInput = z.object({
  cardToken: z.string().regex(/^[\x21-\x7e]{1,255}$/, 'must be a token of the provider’s form'),
  idempotencyKey: idempotencyKeyInput,
});
