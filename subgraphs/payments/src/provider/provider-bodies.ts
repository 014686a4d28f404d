import { z } from 'zod';
import type { ProviderEvent, ProviderPayment, ProviderRefund } from './payment-provider.ts';

const amount = z.int().min(0);
const time = z.iso.datetime().transform((text) => new Date(text));
const id = z.string().min(1).max(255);

const refundStatuses = ['pending', 'succeeded', 'failed'] as const;
const paymentStatuses = [
  'requires_challenge',
  'processing',
  'captured',
  'declined',
  'cancelled',
  'expired',
] as const;

/** A refund in the provider's words, read into ours. */
export const refundBody = z
  .object({
    id,
    amount,
    status: z.enum(refundStatuses),
    reference: z.string().nullable(),
    created_at: time,
  })
  .transform(
    (body): ProviderRefund => ({
      id: body.id,
      amountMinor: body.amount,
      status: body.status,
      reference: body.reference,
      createdAt: body.created_at,
    }),
  );

/** A payment in the provider's words, read into ours. */
export const paymentBody = z
  .object({
    id,
    status: z.enum(paymentStatuses),
    amount,
    currency: z.string(),
    amount_captured: amount,
    amount_refunded: amount,
    reference: z.string(),
    card: z.object({ brand: z.string(), last4: z.string() }),
    decline_code: z.string().nullable(),
    challenge: z.object({ url: z.url(), expires_at: time }).nullable(),
    refunds: z.array(refundBody),
    created_at: time,
    updated_at: time,
  })
  .transform(
    (body): ProviderPayment => ({
      id: body.id,
      status: body.status,
      amountMinor: body.amount,
      currency: body.currency,
      capturedMinor: body.amount_captured,
      refundedMinor: body.amount_refunded,
      reference: body.reference,
      card: body.card,
      declineCode: body.decline_code,
      challenge: body.challenge && {
        url: body.challenge.url,
        expiresAt: body.challenge.expires_at,
      },
      refunds: body.refunds,
      createdAt: body.created_at,
      updatedAt: body.updated_at,
    }),
  );

export const paymentListBody = z.object({ data: z.array(paymentBody) });

/** What the provider answers instead of what was asked for. */
export const errorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), payment: paymentBody.optional() }),
});

const eventTypes = [
  ...paymentStatuses.map((status) => `payment.${status}` as const),
  ...refundStatuses.map((status) => `refund.${status}` as const),
] as const;

const knownEventBody = z
  .object({
    id,
    type: z.enum(eventTypes),
    created_at: time,
    data: z.object({ payment: paymentBody, refund: refundBody.optional() }),
  })
  .transform(
    (body): ProviderEvent => ({
      id: body.id,
      type: body.type,
      createdAt: body.created_at,
      payment: body.data.payment,
      refund: body.data.refund ?? null,
    }),
  );

const isKnownType = new Set<string>(eventTypes);

/** An event in the provider's words, read into ours. */
export const eventBody = z.union([
  knownEventBody,
  z
    .object({ id, type: z.string().refine((type) => !isKnownType.has(type)) })
    .transform((body): ProviderEvent => ({ id: body.id, type: 'unrecognized' })),
]);
