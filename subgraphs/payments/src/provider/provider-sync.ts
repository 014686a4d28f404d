import type {
  Payment,
  PaymentFailureReason,
  PrismaClient,
  ProviderState,
} from '../generated/prisma/client.ts';
import { lockOrder, type PayableOrder } from '../payable-order/payable-order.ts';
import { endPayment, lockPayment } from '../payment/payment-state.ts';
import { failRefund, type RefundRetryRules } from '../refund/fail-refund.ts';
import { settleRefund } from '../refund/refund-state.ts';
import type { PaymentsTransactions, PaymentsWork } from '../work.ts';
import type { PaymentProvider, ProviderPayment, ProviderRefund } from './payment-provider.ts';
import { type ProviderNews, takeCapture } from './take-capture.ts';

/** Pauses between two looks at one payment grow to so many times the first. */
export const delayFactorMax = 12;

export interface ProviderSyncOptions extends RefundRetryRules {
  readonly prisma: PrismaClient;
  readonly transactions: PaymentsTransactions;
  readonly provider: PaymentProvider;
  /** How long a payment that the provider has never heard of is looked for. */
  readonly abandonAfterMs: number;
  readonly reconcileDelayMs: number;
  /** When the provider is asked once more about a payment that has ended. */
  readonly lastLookAfterMs: number;
}

/** Brings payments to the state that the provider tells, whoever asked and in whatever order. */
export class ProviderSync {
  readonly #options: ProviderSyncOptions;

  constructor(options: ProviderSyncOptions) {
    this.#options = options;
  }

  /**
   * Moves our payment, and its refunds, to what the provider says now. Safe to repeat, and with an
   * older answer after a newer one. Undefined for a payment that is not ours.
   */
  async apply(paymentId: string, state: ProviderPayment): Promise<Payment | undefined> {
    const { log } = this.#options;
    return this.#change(paymentId, async (work, payment, order) => {
      const known = await this.#note(work, payment, state);
      const moved = await follow(work, known, { state, order, log });
      for (const refund of state.refunds) await applyRefund(work, refund, this.#options);
      return moved;
    });
  }

  /**
   * Calls off another payment that the provider has made of ours, before it takes money. False when
   * nobody knows yet whether that was in time: apply the provider's news again later.
   */
  async callOffOther(payment: Payment, state: ProviderPayment): Promise<boolean> {
    const isOpen = state.status === 'requires_challenge' || state.status === 'processing';
    if (state.id === payment.providerReference || !isOpen) return true;
    const fields = { payment: payment.id, known: payment.providerReference, other: state.id };
    this.#options.log.error(fields, 'the provider has two payments for one');
    const outcome = await this.#options.provider.cancelPayment(state.id);
    if (!('payment' in outcome)) return outcome.kind === 'not_found';
    await this.apply(payment.id, outcome.payment);
    return true;
  }

  /**
   * Asks the provider about a pending payment, or to cancel it, and moves it by the answer. Of one that
   * has ended it asks once more whether the provider has taken money by another.
   */
  async check(payment: Payment): Promise<Payment> {
    const isEnded = payment.status !== 'PENDING';
    const states = await this.#ask(payment);
    if (states === undefined) return payment;
    let moved = payment;
    let isDone = true;
    for (const state of states) {
      moved = (await this.apply(payment.id, state)) ?? moved;
      isDone = (await this.callOffOther(moved, state)) && isDone;
    }
    if (isEnded) return isDone ? this.#close(moved) : moved;
    if (states.length > 0) return moved;
    const ageMs = Date.now() - payment.createdAt.getTime();
    return ageMs < this.#options.abandonAfterMs ? payment : this.#abandon(payment.id);
  }

  /** Nothing was done at the provider: the payment is over. */
  async fail(
    paymentId: string,
    end: { readonly reason: PaymentFailureReason; readonly code: string },
  ): Promise<Payment | undefined> {
    return this.#change(paymentId, (work, payment) =>
      endPayment(work, payment, { status: 'FAILED', ...end }),
    );
  }

  /** What the provider has of it; undefined when there is no answer. */
  async #ask(payment: Payment): Promise<readonly ProviderPayment[] | undefined> {
    const { id, status, providerReference, cancelRequestedAt } = payment;
    const { provider } = this.#options;
    if (providerReference === null || status !== 'PENDING') {
      const outcome = await provider.findPayments(id);
      return outcome.kind === 'unavailable' ? undefined : outcome.payments;
    }
    const outcome =
      cancelRequestedAt === null
        ? await provider.getPayment(providerReference)
        : await provider.cancelPayment(providerReference);
    if ('payment' in outcome) return [outcome.payment];
    return outcome.kind === 'not_found' ? [] : undefined;
  }

  /** Nothing of it is open any more. */
  #close({ id }: Payment): Promise<Payment> {
    return this.#options.prisma.payment.update({ where: { id }, data: { nextCheckAt: null } });
  }

  #abandon(paymentId: string): Promise<Payment> {
    this.#options.log.warn({ payment: paymentId }, 'payment that the provider never heard of');
    return this.#change(paymentId, (work, payment, order) => {
      const isCalledOff = payment.cancelRequestedAt !== null || order?.status === 'CANCELLED';
      return endPayment(
        work,
        payment,
        isCalledOff
          ? { status: 'CANCELLED', reason: 'CANCELLED' }
          : { status: 'FAILED', reason: 'PROVIDER_UNAVAILABLE', code: 'never_received' },
      );
    }) as Promise<Payment>;
  }

  /** One transaction on a payment, with the order and the payment locked. */
  async #change(
    paymentId: string,
    act: (work: PaymentsWork, payment: Payment, order: PayableOrder | null) => Promise<Payment>,
  ): Promise<Payment | undefined> {
    const { prisma, transactions } = this.#options;
    const found = await prisma.payment.findUnique({ where: { id: paymentId } });
    if (found === null) return undefined;
    const where = { orderId: found.orderId };
    const correlationId = (await prisma.payableOrder.findUnique({ where }))?.correlationId ?? null;
    return transactions.run(
      async (work) => {
        const order = await lockOrder(work.tx, found.orderId);
        const payment = await lockPayment(work.tx, paymentId);
        if (payment === null) return undefined;
        const moved = await act(work, payment, order);
        const hasEnded = payment.status === 'PENDING' && moved.status !== 'PENDING';
        return hasEnded ? this.#planLastLook(work, moved) : moved;
      },
      { correlationId },
    );
  }

  /** News of a second payment at the provider may be lost: it is looked for once more. */
  #planLastLook({ tx }: PaymentsWork, { id }: Payment): Promise<Payment> {
    const nextCheckAt = new Date(Date.now() + this.#options.lastLookAfterMs);
    return tx.payment.update({ where: { id }, data: { nextCheckAt } });
  }

  /** Keeps what the provider calls it and where it is with it, unless we know something newer. */
  async #note({ tx }: PaymentsWork, payment: Payment, state: ProviderPayment): Promise<Payment> {
    if ((payment.providerReference ?? state.id) !== state.id) return payment;
    const isOld = payment.providerUpdatedAt !== null && state.updatedAt < payment.providerUpdatedAt;
    const reference = { providerReference: state.id };
    const where = { id: payment.id };
    if (isOld || payment.status !== 'PENDING') {
      return payment.providerReference === null
        ? tx.payment.update({ where, data: reference })
        : payment;
    }
    const { reconcileDelayMs } = this.#options;
    const factor = Math.min(delayFactorMax, 2 ** payment.checks);
    const pauseMs = payment.cancelRequestedAt === null ? reconcileDelayMs * factor : 0;
    return tx.payment.update({
      where,
      data: {
        ...reference,
        providerState: stateNames[state.status],
        providerUpdatedAt: state.updatedAt,
        challengeUrl: state.challenge?.url ?? null,
        challengeExpiresAt: state.challenge?.expiresAt ?? null,
        nextCheckAt: new Date(Date.now() + pauseMs),
      },
    });
  }
}

const stateNames: Readonly<Record<ProviderPayment['status'], ProviderState>> = {
  requires_challenge: 'CHALLENGE',
  processing: 'PROCESSING',
  captured: 'SETTLED',
  declined: 'SETTLED',
  cancelled: 'SETTLED',
  expired: 'SETTLED',
};

const declineReasons: Readonly<Record<string, PaymentFailureReason>> = {
  insufficient_funds: 'INSUFFICIENT_FUNDS',
  challenge_declined: 'CHALLENGE_FAILED',
};

async function follow(work: PaymentsWork, payment: Payment, news: ProviderNews): Promise<Payment> {
  const { state } = news;
  if (state.status === 'captured') return takeCapture(work, payment, news);
  if (payment.providerReference !== state.id) return payment;
  switch (state.status) {
    case 'declined': {
      const code = state.declineCode ?? 'declined';
      const reason = declineReasons[code] ?? 'DECLINED';
      return endPayment(work, payment, { status: 'FAILED', reason, code });
    }
    case 'cancelled':
      return endPayment(work, payment, { status: 'CANCELLED', reason: 'CANCELLED' });
    case 'expired':
      return endPayment(work, payment, { status: 'EXPIRED', reason: 'EXPIRED' });
    default:
      return payment;
  }
}

/** Settles the refund of ours that the provider tells of, if it is one. The payment is locked. */
export async function applyRefund(
  work: PaymentsWork,
  state: ProviderRefund,
  rules: RefundRetryRules,
): Promise<void> {
  if (state.reference === null || !/^[0-9a-f-]{36}$/.test(state.reference)) return;
  const refund = await work.tx.refund.findUnique({ where: { id: state.reference } });
  if (refund === null) return;
  if (state.status === 'succeeded') {
    await settleRefund(work, refund, { providerRefundId: state.id });
  } else if (state.status === 'failed') {
    await failRefund(work, refund, { code: 'failed_at_provider', rules });
  } else {
    await work.tx.refund.updateMany({
      where: { id: refund.id, status: 'REQUESTED' },
      data: { status: 'PENDING', providerRefundId: state.id },
    });
  }
}
