import type { FastifyReply } from 'fastify';

/** Why the sandbox did not do what a call asked for. These codes are the provider's, not the graph's. */
export interface Refusal {
  readonly refusedStatus: 400 | 401 | 404 | 409 | 422 | 503;
  readonly code: RefusalCode;
  /** What is wrong and what to do, for the merchant's engineers. */
  readonly message: string;
  /** The payment as it is, where that is why. */
  readonly payment?: object;
}

export type RefusalCode =
  | 'invalid_request'
  | 'unauthorized'
  | 'not_found'
  | 'idempotency_key_required'
  | 'idempotency_key_reused'
  | 'payment_not_cancellable'
  | 'payment_not_captured'
  | 'refund_exceeds_captured'
  | 'too_many_refunds'
  | 'challenge_answered'
  | 'sandbox_full'
  | 'service_unavailable';

export function refuse(
  refusedStatus: Refusal['refusedStatus'],
  code: RefusalCode,
  message: string,
): Refusal {
  return { refusedStatus, code, message };
}

/** True for a refusal, false for what was asked for. */
export function isRefusal(answer: object): answer is Refusal {
  return 'refusedStatus' in answer;
}

export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { refusedStatus, ...error } = refusal;
  return reply.code(refusedStatus).send({ error });
}
