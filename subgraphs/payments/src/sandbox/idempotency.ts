import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Ledger, StoredAnswer } from './ledger.ts';
import type { AnswerFor } from './payment-book.ts';
import { type Refusal, refuse } from './refusal.ts';

const keyPattern = /^[\x21-\x7e]{1,255}$/;

interface NewCall {
  /** Makes the answer that is remembered from what the call did. */
  answerWith<Result>(toBody: (result: Result) => object): AnswerFor<Result>;
}

/**
 * Finds out whether this call was made before: gives the earlier answer, a refusal (no key, or a key
 * that belongs to another call), or a new call to carry out. Refused calls are not remembered.
 */
export function recognizeCall(
  request: FastifyRequest,
  asked: object,
  { ledger, nowMs }: { readonly ledger: Ledger; readonly nowMs: number },
): StoredAnswer | Refusal | NewCall {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !keyPattern.test(key)) {
    const message = 'Send the header Idempotency-Key: 1 to 255 visible ASCII characters';
    return refuse(400, 'idempotency_key_required', message);
  }
  const [path] = request.url.split('?');
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([request.method, path, asked]))
    .digest('base64');
  const earlier = ledger.answer(key, nowMs);
  if (earlier === undefined) {
    return {
      answerWith: (toBody) => (result) => ({
        key,
        fingerprint,
        status: 201,
        body: JSON.stringify(toBody(result)),
        storedAtMs: nowMs,
      }),
    };
  }
  if (earlier.fingerprint === fingerprint) return earlier;
  const message = 'This Idempotency-Key belongs to a call that asked for something else';
  return refuse(422, 'idempotency_key_reused', message);
}

export function sendStoredAnswer(reply: FastifyReply, answer: StoredAnswer): FastifyReply {
  return reply
    .code(answer.status)
    .header('idempotent-replayed', 'true')
    .type('application/json')
    .send(answer.body);
}
