import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { challengePage, challengePolicy, noticePage, returnLocation } from './challenge-page.ts';
import { toPaymentBody } from './payment.ts';
import { isRefusal, type Refusal, sendRefusal } from './refusal.ts';
import type { SandboxContext } from './sandbox-context.ts';

type ByChallenge = { Params: { challengeId: string } };

/**
 * The hosted challenge: a page for people, and the same choice as JSON for programs. The unguessable
 * id in the address is the permission, as the cardholder has no account here.
 */
export function addChallengeRoutes(app: FastifyInstance, context: SandboxContext): void {
  const { ledger } = context;
  const ignoreForm = (_request: unknown, _body: unknown, done: (error: null) => void) => done(null);
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, ignoreForm);
  app.get<ByChallenge>('/:challengeId', (request, reply) => {
    const payment = ledger.paymentByChallenge(request.params.challengeId);
    if (payment === undefined) return sendNotice(reply, 404, 'There is no such payment.');
    if (payment.status !== 'requires_challenge') {
      return sendNotice(reply, 410, `The payment is ${payment.status} already.`);
    }
    reply.header('content-security-policy', challengePolicy(payment.returnUrl));
    return reply.type('text/html').send(challengePage(payment));
  });
  for (const choice of ['approve', 'decline'] as const) {
    app.post<ByChallenge>(`/:challengeId/${choice}`, (request, reply) => {
      const payment = context.book.answerChallenge(request.params.challengeId, choice);
      if (isRefusal(payment)) return sendChallengeRefusal(request, reply, payment);
      if (!wantsPage(request)) return toPaymentBody(payment, context.publicUrl());
      if (payment.returnUrl !== null) {
        return reply.redirect(returnLocation(payment, payment.returnUrl), 303);
      }
      return sendNotice(reply, 200, `The payment is ${payment.status}. You may close this page.`);
    });
  }
}

function sendChallengeRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
): FastifyReply {
  if (!wantsPage(request)) return sendRefusal(reply, refusal);
  return sendNotice(reply, refusal.refusedStatus, `${refusal.message}.`);
}

function wantsPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') ?? false;
}

function sendNotice(reply: FastifyReply, status: number, text: string): FastifyReply {
  reply.header('content-security-policy', challengePolicy(null));
  return reply.code(status).type('text/html').send(noticePage('Payment', text));
}
