import { requireScope } from '@plaza/kit/auth/viewer';
import { money } from '@plaza/kit/money.type';
import { createUuidV7 } from '@plaza/kit/uuid';
import { type Actor, saveAudit } from '../audit/audit.ts';
import type { PrismaClient, Refund } from '../generated/prisma/client.ts';
import { claimKey, findKey, type KeyedCall } from '../idempotency/idempotency-key.ts';
import { paymentKeyReused } from '../idempotency/idempotency-key-reused.type.ts';
import { lockOrder } from '../payable-order/payable-order.ts';
import type { PaymentRow } from '../payment/payment.service.ts';
import { lockPayment } from '../payment/payment-state.ts';
import type { PaymentsTransactions, PaymentsWork } from '../work.ts';
import type { RefundPaymentResult } from './refund.result.ts';
import type { RefundSender } from './refund-sender.ts';
import { grantRefund } from './refund-state.ts';

/** The call that asks for a refund sends it; the job does only if that call dies. */
const sendDelayMs = 2_000;

export interface RefundRequest {
  readonly paymentId: string;
  /** Null for all that is left. */
  readonly amountMinor: number | null;
  readonly idempotencyKey: string;
  readonly actor: Actor;
}

export interface RefundServiceOptions {
  readonly prisma: PrismaClient;
  readonly transactions: PaymentsTransactions;
  readonly sender: RefundSender;
}

/** Refunds that staff decide on. */
export class RefundService {
  readonly #options: RefundServiceOptions;

  constructor(options: RefundServiceOptions) {
    this.#options = options;
  }

  /**
   * Gives money of a captured payment back, never more than is left of it. Throws UNAUTHENTICATED, or
   * FORBIDDEN without scope payment:write.
   */
  async refund(request: RefundRequest): Promise<typeof RefundPaymentResult> {
    requireScope(request.actor, 'payment:write');
    const { prisma, transactions, sender } = this.#options;
    const where = { id: request.paymentId };
    const payment = await prisma.payment.findUnique({ where });
    if (payment === null) return { __typename: 'PaymentNotFound', id: request.paymentId };
    const { orderId } = payment;
    const order = await prisma.payableOrder.findUnique({ where: { orderId } });
    const granted = await transactions.run((work) => this.#grant(work, payment, request), {
      correlationId: order?.correlationId ?? null,
    });
    if ('__typename' in granted) return granted;
    await sender.sendNow(granted.id);
    return {
      __typename: 'RefundAccepted',
      refund: await prisma.refund.findUniqueOrThrow({ where: { id: granted.id } }),
      payment: await prisma.payment.findUniqueOrThrow({ where }),
    };
  }

  async #grant(
    work: PaymentsWork,
    { id, orderId }: PaymentRow,
    { actor, amountMinor: asked, idempotencyKey: key }: RefundRequest,
  ): Promise<typeof RefundPaymentResult | Refund> {
    const { tx } = work;
    await lockOrder(tx, orderId);
    const payment = await lockPayment(tx, id);
    if (payment === null) return { __typename: 'PaymentNotFound', id };
    const owner = requireScope(actor, 'payment:write').userId;
    const call: KeyedCall = { owner, key, operation: 'refundPayment', input: { id, asked } };
    const before = await findKey(tx, call);
    if (before?.kind === 'repeated') {
      return tx.refund.findUniqueOrThrow({ where: { id: before.resultId } });
    }
    if (before !== undefined) return paymentKeyReused;
    const leftMinor = payment.amountMinor - payment.refundReservedMinor;
    if (payment.status !== 'CAPTURED' || leftMinor === 0) {
      return { __typename: 'PaymentNotRefundable', payment };
    }
    const amountMinor = asked ?? leftMinor;
    if (amountMinor > leftMinor) {
      return { __typename: 'RefundTooLarge', refundable: money(leftMinor, payment.currency) };
    }
    const refundId = createUuidV7();
    if ((await claimKey(tx, call, refundId)).kind !== 'new') return paymentKeyReused;
    const sendAt = new Date(Date.now() + sendDelayMs);
    const grant = {
      id: refundId,
      amountMinor,
      sendAt,
      reason: 'STAFF',
      requestedBy: owner,
    } as const;
    const refund = await grantRefund(work, payment, grant);
    if (refund === undefined) throw new Error(`Payment ${id} changed while it was locked`);
    const reserved = { refundReservedMinor: payment.refundReservedMinor };
    const after = { refundId, amountMinor };
    await saveAudit(work, actor, {
      ...{ action: 'payment.refund_requested', entityType: 'Payment', entityId: id },
      ...{ before: reserved, after },
    });
    return refund;
  }
}
