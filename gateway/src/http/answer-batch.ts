import { AppError } from '@plaza/schema/errors';
import type { FastifyReply } from 'fastify';
import type { Gateway, OperationOutcome } from '../gateway.ts';
import { statusFor } from '../graphql-errors.ts';
import type { OperationRequest } from '../operation-request.ts';
import { rateLimitHeaders } from '../rate-limits/rate-limit-headers.ts';
import type { RateAllowance } from '../rate-limits/rate-limiter.ts';
import { retryAfterSeconds } from './retry-after.ts';

const mediaType = 'application/json';

/**
 * Runs operations that came in one body at the same time, and answers the list of what each would be
 * answered alone, in their order. The status is 200, unless all of them were refused for one reason.
 */
export async function answerBatch(
  gateway: Gateway,
  operations: readonly OperationRequest[],
  reply: FastifyReply,
): Promise<FastifyReply> {
  const outcomes = await Promise.all(operations.map((operation) => gateway.run(operation)));
  const status = statusOf(outcomes);
  for (const { logCompleted } of outcomes) logCompleted(status);
  const allowances = scarcest(outcomes);
  if (allowances.length > 0) reply.headers(rateLimitHeaders(allowances));
  if (status === 503) reply.header('retry-after', retryAfterSeconds());
  const bodies = outcomes.flatMap(({ body }, index) => (index === 0 ? [body] : [comma, body]));
  return reply
    .code(status)
    .type(`${mediaType}; charset=utf-8`)
    .send(Buffer.concat([opening, ...bodies, closing]));
}

const opening = Buffer.from('[');
const comma = Buffer.from(',');
const closing = Buffer.from(']');

/** A batch has one answer, which only a list of JSON objects can hold. */
export function requireBatchAccepted(isJsonAccepted: boolean): void {
  if (isJsonAccepted) return;
  throw new AppError('NOT_ACCEPTABLE', 'Batches are answered in JSON: accept application/json');
}

function statusOf([first, ...others]: readonly OperationOutcome[]): number {
  const isCommon = others.every(({ code }) => code === first?.code);
  return isCommon ? statusFor(first?.code, mediaType) : 200;
}

/** They ran at the same time: of the first allowance of each, the one with the least left is last. */
function scarcest(outcomes: readonly OperationOutcome[]): readonly RateAllowance[] {
  const left = ([first]: readonly RateAllowance[]): number =>
    first?.remaining ?? Number.POSITIVE_INFINITY;
  return outcomes
    .map(({ allowances }) => allowances)
    .reduce((least, allowances) => (left(allowances) < left(least) ? allowances : least), []);
}
