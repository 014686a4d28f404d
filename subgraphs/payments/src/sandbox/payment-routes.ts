import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { cardScript, cardTokens } from './card-tokens.ts';
import { hang, resetConnection } from './connection-faults.ts';
import { recognizeCall, sendStoredAnswer } from './idempotency.ts';
import { toPaymentBody, toRefundBody } from './payment.ts';
import { isRefusal, refuse, sendRefusal } from './refusal.ts';
import { parseInput, type SandboxContext } from './sandbox-context.ts';

const amount = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);
const reference = z.string().min(1).max(100);
const metadataKeysMax = 20;

const paymentInput = z.strictObject({
  amount,
  currency: z.string().regex(/^[A-Z]{3}$/, { error: 'must be an ISO 4217 code such as MXN' }),
  card_token: z.enum(cardTokens, { error: 'is not a card token of this sandbox' }),
  reference,
  metadata: z
    .record(z.string().min(1).max(40), z.string().max(500))
    .refine((metadata) => Object.keys(metadata).length <= metadataKeysMax, {
      error: `may have ${metadataKeysMax} keys`,
    })
    .default({}),
  return_url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
});

const refundInput = z.strictObject({ amount: amount.optional(), reference: reference.optional() });
const listInput = z.strictObject({ reference });
type ById = { Params: { id: string } };

/** The merchant's API: payments and refunds. */
export function addPaymentRoutes(v1: FastifyInstance, context: SandboxContext): void {
  const { book, ledger, publicUrl } = context;
  v1.post('/payments', (request, reply) => createPayment(request, reply, context));
  v1.post<ById>('/payments/:id/refunds', (request, reply) => createRefund(request, reply, context));
  v1.get('/payments', (request, reply) => {
    const input = parseInput(listInput, request.query);
    if (isRefusal(input)) return sendRefusal(reply, input);
    const payments = ledger.paymentsByReference(input.value.reference);
    return { data: payments.map((payment) => toPaymentBody(payment, publicUrl())) };
  });
  v1.get<ById>('/payments/:id', (request, reply) => {
    const payment = ledger.payment(request.params.id);
    if (payment !== undefined) return toPaymentBody(payment, publicUrl());
    return sendRefusal(reply, refuse(404, 'not_found', 'There is no such payment'));
  });
  v1.post<ById>('/payments/:id/cancel', (request, reply) => {
    const payment = book.cancel(request.params.id);
    if (isRefusal(payment)) return sendRefusal(reply, payment);
    return toPaymentBody(payment, publicUrl());
  });
}

async function createPayment(
  request: FastifyRequest,
  reply: FastifyReply,
  { book, config, ledger, now, publicUrl }: SandboxContext,
): Promise<unknown> {
  const input = parseInput(paymentInput, request.body);
  if (isRefusal(input)) return sendRefusal(reply, input);
  const call = recognizeCall(request, input.value, { ledger, nowMs: now() });
  if ('body' in call) return sendStoredAnswer(reply, call);
  if (isRefusal(call)) return sendRefusal(reply, call);
  const { card_token, return_url = null, ...rest } = input.value;
  const { answer } = cardScript(card_token);
  if (answer === 'never_received') return hang(request, reply, config.hangMs);
  const payment = book.create(
    { ...rest, card: card_token, returnUrl: return_url },
    call.answerWith((created) => toPaymentBody(created, publicUrl())),
  );
  if (isRefusal(payment)) return sendRefusal(reply, payment);
  if (answer === 'hang') return hang(request, reply, config.hangMs);
  if (answer === 'reset') return resetConnection(request, reply);
  if (answer === 'slow') await delay(config.slowAnswerMs, undefined, { ref: false });
  return reply.code(201).send(toPaymentBody(payment, publicUrl()));
}

async function createRefund(
  request: FastifyRequest<ById>,
  reply: FastifyReply,
  { book, ledger, now }: SandboxContext,
): Promise<unknown> {
  const input = parseInput(refundInput, request.body);
  if (isRefusal(input)) return sendRefusal(reply, input);
  const call = recognizeCall(request, input.value, { ledger, nowMs: now() });
  if ('body' in call) return sendStoredAnswer(reply, call);
  if (isRefusal(call)) return sendRefusal(reply, call);
  const refund = book.refund(
    request.params.id,
    { amount: input.value.amount, reference: input.value.reference ?? null },
    call.answerWith(toRefundBody),
  );
  if (isRefusal(refund)) return sendRefusal(reply, refund);
  return reply.code(201).send(toRefundBody(refund));
}
