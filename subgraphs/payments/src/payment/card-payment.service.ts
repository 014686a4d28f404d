import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isSelfOrHasScope, requireViewer } from '@plaza/kit/auth/viewer';
import { createUuidV7 } from '@plaza/kit/uuid';
import { AppError } from '@plaza/schema/errors';
import { type Actor, saveAudit } from '../audit/audit.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { claimKey, findKey, type KeyedCall } from '../idempotency/idempotency-key.ts';
import { paymentKeyReused } from '../idempotency/idempotency-key-reused.type.ts';
import {
  isKnown,
  type KnownOrder,
  lockOrder,
  outstandingOf,
  type PayableOrder,
} from '../payable-order/payable-order.ts';
import type { PaymentProvider } from '../provider/payment-provider.ts';
import { providerName } from '../provider/provider-name.ts';
import type { ProviderSync } from '../provider/provider-sync.ts';
import type { PaymentsTransactions, PaymentsWork } from '../work.ts';
import {
  type CardPaymentResult,
  type NotPayableReason,
  type OrderNotPayable,
  toCardPaymentResult,
} from './payment.result.ts';
import { canReadPayment, type PaymentRow } from './payment.service.ts';
import { announcePayment, lockPayment } from './payment-state.ts';

/** How often an order that is not known yet is looked for. */
const orderPollMs = 100;
/** Attempts by card that may fail for one order, and for each of its links: cards are not tried out. */
export const cardAttemptsPerOrderMax = 10;
/** So many times its deadline a call is left alone by the job that looks after lost ones. */
const callGraceFactor = 2;

export interface CardPaymentOptions {
  readonly prisma: PrismaClient;
  readonly transactions: PaymentsTransactions;
  readonly provider: PaymentProvider;
  readonly sync: ProviderSync;
  readonly orderWaitMs: number;
  readonly callTimeoutMs: number;
  readonly reconcileDelayMs: number;
  readonly returnUrl: string | undefined;
  readonly wakeJobs: () => void;
}

export interface CardPaymentRequest {
  readonly orderId: string;
  readonly cardToken: string;
  readonly idempotencyKey: string;
  readonly actor: Actor;
  /** Paying by a link needs no account: whoever has the link may pay. */
  readonly paymentLinkId?: string;
}

/** Payments by card, each one at most once whatever happens on the way. */
export class CardPaymentService {
  readonly #options: CardPaymentOptions;

  constructor(options: CardPaymentOptions) {
    this.#options = options;
  }

  /**
   * Charges what is left to pay of an order. The payment is written down before the provider is
   * called, so that a call without an answer is found again. Throws FORBIDDEN for an order of
   * somebody else, UNAUTHENTICATED.
   */
  async pay(request: CardPaymentRequest): Promise<CardPaymentResult> {
    if (request.paymentLinkId === undefined) requireViewer(request.actor);
    const known = await this.#waitForOrder(request.orderId);
    if (known?.status === 'CANCELLED' && !isKnown(known)) return notPayable('CANCELLED');
    if (!isKnown(known)) return { __typename: 'OrderUnknownYet', retryAfterMs: 1_000 };
    requireMayPay(request, known);
    const begun = await this.#options.transactions.run((work) => this.#begin(work, request), {
      correlationId: known.correlationId,
    });
    if ('__typename' in begun) return begun;
    return toCardPaymentResult(await this.#send(begun.payment, request.cardToken));
  }

  async #waitForOrder(orderId: string): Promise<PayableOrder | null> {
    const endMs = performance.now() + this.#options.orderWaitMs;
    for (;;) {
      const order = await this.#options.prisma.payableOrder.findUnique({ where: { orderId } });
      if (order !== null || performance.now() >= endMs) return order;
      await delay(orderPollMs);
    }
  }

  async #begin(
    work: PaymentsWork,
    request: CardPaymentRequest,
  ): Promise<CardPaymentResult | { readonly payment: PaymentRow }> {
    const { tx } = work;
    const { orderId, actor, paymentLinkId = null } = request;
    const order = await lockOrder(tx, orderId);
    if (!isKnown(order)) throw new Error(`Order ${orderId} has vanished`);
    const call = toKeyedCall(request);
    const before = await findKey(tx, call);
    if (before?.kind === 'repeated') {
      const where = { id: before.resultId };
      return toCardPaymentResult(await tx.payment.findUniqueOrThrow({ where }));
    }
    if (before !== undefined) return paymentKeyReused;
    const outstandingMinor = await outstandingOf(tx, order);
    const refusal = await whyNotPayable(work, order, outstandingMinor);
    if (refusal !== undefined) return refusal;
    if (await hasTriedTooOften(tx, { orderId, paymentLinkId })) {
      return notPayable('TOO_MANY_ATTEMPTS');
    }
    const id = createUuidV7();
    if ((await claimKey(tx, call, id)).kind !== 'new') return paymentKeyReused;
    const payment = await tx.payment.create({
      data: {
        id,
        orderId,
        payerId: actor.viewer?.userId ?? null,
        status: 'PENDING',
        method: 'CARD',
        amountMinor: outstandingMinor,
        currency: order.currency,
        provider: providerName,
        providerState: 'SENDING',
        nextCheckAt: new Date(Date.now() + this.#options.callTimeoutMs * callGraceFactor),
        paymentLinkId,
      },
    });
    const after = { orderId, amountMinor: outstandingMinor, paymentLinkId };
    await saveAudit(work, actor, {
      ...{ action: 'payment.begun', entityType: 'Payment', entityId: id, after },
    });
    announcePayment(work, payment);
    return { payment };
  }

  /** Not bound to the client's request: who goes away meanwhile has still asked to pay. */
  async #send(payment: PaymentRow, cardToken: string): Promise<PaymentRow> {
    const { provider, sync, returnUrl } = this.#options;
    const outcome = await provider.createPayment({
      idempotencyKey: `payment-${payment.id}`,
      reference: payment.id,
      amountMinor: payment.amountMinor,
      currency: payment.currency,
      cardToken,
      ...(returnUrl === undefined ? {} : { returnUrl }),
    });
    switch (outcome.kind) {
      case 'created': {
        const moved = (await sync.apply(payment.id, outcome.payment)) ?? payment;
        if (moved.cancelRequestedAt !== null) this.#options.wakeJobs();
        return moved;
      }
      case 'refused':
        return (await sync.fail(payment.id, { reason: 'DECLINED', code: outcome.code })) ?? payment;
      case 'unavailable': {
        const end = { reason: 'PROVIDER_UNAVAILABLE', code: outcome.reason } as const;
        return (await sync.fail(payment.id, end)) ?? payment;
      }
      default:
        return this.#markUnknown(payment);
    }
  }

  /** The job that compares with the provider finds out. */
  async #markUnknown({ id }: PaymentRow): Promise<PaymentRow> {
    const { prisma, reconcileDelayMs } = this.#options;
    const nextCheckAt = new Date(Date.now() + reconcileDelayMs);
    await prisma.payment.updateMany({
      where: { id, status: 'PENDING', providerState: 'SENDING' },
      data: { providerState: 'UNKNOWN', nextCheckAt },
    });
    return prisma.payment.findUniqueOrThrow({ where: { id } });
  }

  /**
   * Calls a pending payment off, at the provider too. Undefined when the viewer sees no such payment.
   * Throws UNAUTHENTICATED, or FORBIDDEN for who may see it and no more.
   */
  async cancel(id: string, actor: Actor): Promise<PaymentRow | undefined> {
    requireViewer(actor);
    const { prisma, transactions, sync, wakeJobs } = this.#options;
    const found = await prisma.payment.findUnique({ where: { id } });
    if (found === null || !canReadPayment(found, actor)) return undefined;
    if (!isSelfOrHasScope(actor, found.payerId ?? '', 'payment:write')) {
      throw new AppError(
        'FORBIDDEN',
        'Only its payer and scope payment:write may cancel a payment',
      );
    }
    const payment = await transactions.run(async (work) => {
      await lockOrder(work.tx, found.orderId);
      const locked = await lockPayment(work.tx, id);
      if (locked?.status !== 'PENDING') return locked;
      await saveAudit(work, actor, {
        ...{ action: 'payment.cancel_requested', entityType: 'Payment', entityId: id },
      });
      const isSending = locked.providerState === 'SENDING';
      const nextCheckAt = isSending ? locked.nextCheckAt : new Date();
      const data = { cancelRequestedAt: new Date(), nextCheckAt };
      return work.tx.payment.update({ where: { id }, data });
    });
    if (payment?.status !== 'PENDING') return payment ?? undefined;
    wakeJobs();
    return payment.providerReference === null ? payment : sync.check(payment);
  }
}

function toKeyedCall(request: CardPaymentRequest): KeyedCall {
  const { orderId, cardToken, idempotencyKey: key, actor, paymentLinkId } = request;
  const owner = paymentLinkId ?? requireViewer(actor).userId;
  const tokenHash = createHash('sha256').update(cardToken).digest('hex');
  const operation = paymentLinkId === undefined ? 'payOrder' : 'payPaymentLink';
  return { owner, key, operation, input: { orderId, tokenHash } };
}

function requireMayPay({ actor, paymentLinkId }: CardPaymentRequest, order: KnownOrder): void {
  if (paymentLinkId !== undefined) return;
  if (requireViewer(actor).userId !== order.buyerId) {
    throw new AppError('FORBIDDEN', 'Only the buyer of an order can pay it by card');
  }
}

/** A link counts by itself: who has it cannot take the buyer's own attempts away. */
async function hasTriedTooOften(
  tx: PaymentsWork['tx'],
  { orderId, paymentLinkId }: { readonly orderId: string; readonly paymentLinkId: string | null },
): Promise<boolean> {
  const status = { in: ['FAILED', 'CANCELLED', 'EXPIRED'] satisfies PaymentRow['status'][] };
  const where = { orderId, paymentLinkId, provider: providerName, status };
  // A provider that is away has tried no card.
  const wasTried = {
    OR: [{ failureReason: null }, { failureReason: { not: 'PROVIDER_UNAVAILABLE' as const } }],
  };
  return (await tx.payment.count({ where: { ...where, ...wasTried } })) >= cardAttemptsPerOrderMax;
}

/** Why the order takes no payment now; undefined when it does. The order is locked. */
export async function whyNotPayable(
  { tx }: PaymentsWork,
  order: KnownOrder,
  outstandingMinor: number,
): Promise<OrderNotPayable | undefined> {
  if (order.status === 'CANCELLED') return notPayable('CANCELLED');
  if (outstandingMinor <= 0 || order.status === 'PAID') return notPayable('ALREADY_PAID');
  const where = { orderId: order.orderId, status: 'PENDING' } as const;
  const open = await tx.payment.findFirst({ where });
  if (open !== null) return notPayable('PAYMENT_IN_PROGRESS', open);
  return order.payableUntil.getTime() <= Date.now() ? notPayable('TOO_LATE') : undefined;
}

export function notPayable(
  refusal: NotPayableReason,
  openPayment: PaymentRow | null = null,
): OrderNotPayable {
  return { __typename: 'OrderNotPayable', refusal, openPayment };
}
