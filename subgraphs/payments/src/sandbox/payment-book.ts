import { type CardToken, cardScript } from './card-tokens.ts';
import type { Ledger, LedgerChange, StoredAnswer, StoredEvent } from './ledger.ts';
import { newId } from './new-id.ts';
import {
  capturedAmount,
  nextChangeMs,
  refundableAmount,
  type SandboxPayment,
  type SandboxRefund,
  toPaymentBody,
} from './payment.ts';
import { type PendingEvent, paymentEvent, refundEvent, toStoredEvent } from './provider-event.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Refunds that one payment may have. */
const refundsPerPaymentMax = 50;

export interface PaymentRequest {
  readonly amount: number;
  readonly currency: string;
  readonly card: CardToken;
  readonly reference: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly returnUrl: string | null;
}

export interface PaymentBookOptions {
  readonly ledger: Ledger;
  readonly now: () => number;
  readonly publicUrl: () => string;
  /** From acceptance to the end, in milliseconds. */
  readonly captureDelayMs: () => number;
  readonly lateCaptureDelayMs: number;
  readonly challengeTtlMs: number;
  /** Called after the change that it tells of is kept. */
  readonly onEvent: (event: StoredEvent) => void;
}

/** Turns the new payment into the answer to remember under the idempotency key. */
export type AnswerFor<Result> = (result: Result) => StoredAnswer;

/** The payments and what may happen to them: the sandbox's rules, without HTTP. */
export class PaymentBook {
  readonly #options: PaymentBookOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(options: PaymentBookOptions) {
    this.#options = options;
  }

  /** Takes up what an earlier process left running. */
  resume(): void {
    for (const payment of this.#options.ledger.payments()) this.#wake(payment);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  create(request: PaymentRequest, answerFor: AnswerFor<SandboxPayment>): SandboxPayment | Refusal {
    const { ledger, now, challengeTtlMs } = this.#options;
    if (ledger.isFull) {
      return refuse(503, 'sandbox_full', 'Too many payments: POST /sandbox/reset forgets them');
    }
    const nowMs = now();
    const script = cardScript(request.card);
    const base = {
      ...request,
      id: newId('pay'),
      challengeId: script.isChallenged ? newId('chl') : null,
      refunds: [],
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    const payment: SandboxPayment = script.isChallenged
      ? {
          ...base,
          status: 'requires_challenge',
          declineCode: null,
          next: { atMs: nowMs + challengeTtlMs, to: 'expired' },
        }
      : { ...base, ...this.#settle(request.card, nowMs) };
    if (script.isMadeTwice) {
      const twin = { ...payment, id: newId('pay') };
      this.#keep(twin, [paymentEvent(twin)]);
    }
    this.#keep(payment, [paymentEvent(payment)], answerFor(payment));
    return payment;
  }

  /** Stops a payment that is not captured yet; repeating it changes nothing. */
  cancel(id: string): SandboxPayment | Refusal {
    const payment = this.#options.ledger.payment(id);
    if (payment === undefined) return noSuchPayment();
    if (payment.status === 'cancelled') return payment;
    if (payment.status !== 'requires_challenge' && payment.status !== 'processing') {
      const message = `A ${payment.status} payment cannot be cancelled`;
      return {
        ...refuse(409, 'payment_not_cancellable', message),
        payment: toPaymentBody(payment, this.#options.publicUrl()),
      };
    }
    return this.#move(payment, { status: 'cancelled', next: null });
  }

  /** Gives money back: all that is left when no amount is said. */
  refund(
    id: string,
    request: { readonly amount: number | undefined; readonly reference: string | null },
    answerFor: AnswerFor<SandboxRefund>,
  ): SandboxRefund | Refusal {
    const payment = this.#options.ledger.payment(id);
    if (payment === undefined) return noSuchPayment();
    if (payment.status !== 'captured') {
      const message = `A ${payment.status} payment has nothing to refund`;
      return refuse(409, 'payment_not_captured', message);
    }
    const refundable = refundableAmount(payment);
    const amount = request.amount ?? refundable;
    if (amount > refundable || amount === 0) {
      const message = `${refundable} of ${capturedAmount(payment)} may still be refunded`;
      return refuse(422, 'refund_exceeds_captured', message);
    }
    if (payment.refunds.length >= refundsPerPaymentMax) {
      const message = `One payment may have ${refundsPerPaymentMax} refunds`;
      return refuse(422, 'too_many_refunds', message);
    }
    const nowMs = this.#options.now();
    const refund = this.#newRefund(payment, { amount, reference: request.reference });
    const refunds = [...payment.refunds, refund];
    const changed = { ...payment, refunds, updatedAtMs: nowMs };
    this.#keep(changed, [refundEvent(changed, refund)], answerFor(refund));
    return refund;
  }

  /** What the cardholder chose on the challenge page; repeating the choice changes nothing. */
  answerChallenge(challengeId: string, choice: 'approve' | 'decline'): SandboxPayment | Refusal {
    const payment = this.#options.ledger.paymentByChallenge(challengeId);
    if (payment === undefined) return refuse(404, 'not_found', 'There is no such challenge');
    if (payment.status !== 'requires_challenge') {
      const wasDeclined = payment.declineCode === 'challenge_declined';
      const wasAnswered = payment.status !== 'cancelled' && payment.status !== 'expired';
      if (wasAnswered && wasDeclined === (choice === 'decline')) return payment;
      return refuse(409, 'challenge_answered', `The payment is ${payment.status} already`);
    }
    return choice === 'approve'
      ? this.#move(payment, this.#settle(payment.card, this.#options.now()))
      : this.#move(payment, { status: 'declined', declineCode: 'challenge_declined', next: null });
  }

  #settle(card: CardToken, nowMs: number): Pick<SandboxPayment, 'status' | 'declineCode' | 'next'> {
    const { end, declineCode, settles } = cardScript(card);
    if (settles === 'at_once') return { status: end, declineCode, next: null };
    const { captureDelayMs, lateCaptureDelayMs } = this.#options;
    const delayMs = settles === 'late' ? lateCaptureDelayMs : captureDelayMs();
    return { status: 'processing', declineCode: null, next: { atMs: nowMs + delayMs, to: end } };
  }

  #newRefund(
    payment: SandboxPayment,
    { amount, reference }: Pick<SandboxRefund, 'amount' | 'reference'>,
  ): SandboxRefund {
    const nowMs = this.#options.now();
    const { refund } = cardScript(payment.card);
    const isToFail =
      refund === 'fails_twice' ? payment.refunds.length < 2 : refund === 'fails_late';
    const to = isToFail ? 'failed' : 'succeeded';
    const isLate = refund !== 'succeeds';
    return {
      id: newId('ref'),
      amount,
      reference,
      status: isLate ? 'pending' : 'succeeded',
      createdAtMs: nowMs,
      next: isLate ? { atMs: nowMs + this.#options.captureDelayMs(), to } : null,
    };
  }

  #move(payment: SandboxPayment, change: Partial<SandboxPayment>): SandboxPayment {
    const moved = { ...payment, ...change, updatedAtMs: this.#options.now() };
    this.#keep(moved, [paymentEvent(moved)]);
    return moved;
  }

  #keep(payment: SandboxPayment, pending: readonly PendingEvent[], answer?: StoredAnswer): void {
    const { now, publicUrl } = this.#options;
    const events = pending.map((event) =>
      toStoredEvent(event, { atMs: now(), publicUrl: publicUrl() }),
    );
    const change: LedgerChange = { payment, events, ...(answer === undefined ? {} : { answer }) };
    this.#options.ledger.commit(change);
    this.#wake(payment);
    for (const event of events) this.#options.onEvent(event);
  }

  #wake(payment: SandboxPayment): void {
    clearTimeout(this.#timers.get(payment.id));
    this.#timers.delete(payment.id);
    const atMs = nextChangeMs(payment);
    if (atMs === undefined) return;
    const delayMs = Math.max(0, atMs - this.#options.now());
    this.#timers.set(
      payment.id,
      setTimeout(() => this.#advance(payment.id), delayMs),
    );
  }

  /** Does what has become due. */
  #advance(id: string): void {
    const payment = this.#options.ledger.payment(id);
    if (payment === undefined) return;
    const nowMs = this.#options.now();
    const { card, next } = payment;
    if (next !== null && next.atMs <= nowMs) {
      const declineCode = next.to === 'declined' ? cardScript(card).declineCode : null;
      this.#move(payment, { status: next.to, declineCode, next: null });
      return; // refunds exist only where nothing else is due
    }
    const settled = new Map<string, SandboxRefund>();
    const refunds = payment.refunds.map((refund) => {
      if (refund.next === null || refund.next.atMs > nowMs) return refund;
      const ended: SandboxRefund = { ...refund, status: refund.next.to, next: null };
      settled.set(refund.id, ended);
      return ended;
    });
    const changed = { ...payment, refunds, updatedAtMs: nowMs };
    if (settled.size === 0) this.#wake(payment);
    else
      this.#keep(
        changed,
        [...settled.values()].map((refund) => refundEvent(changed, refund)),
      );
  }
}

function noSuchPayment(): Refusal {
  return refuse(404, 'not_found', 'There is no such payment');
}
