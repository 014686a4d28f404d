import { randomBytes } from 'node:crypto';
import { requireScope } from '@plaza/kit/auth/viewer';
import { createUuidV7 } from '@plaza/kit/uuid';
import { AppError } from '@plaza/schema/errors';
import { type Actor, saveAudit } from '../audit/audit.ts';
import type { PaymentLink, PrismaClient } from '../generated/prisma/client.ts';
import { claimKey, findKey } from '../idempotency/idempotency-key.ts';
import { paymentKeyReused } from '../idempotency/idempotency-key-reused.type.ts';
import { isKnown, lockOrder, outstandingOf } from '../payable-order/payable-order.ts';
import {
  type CardPaymentService,
  notPayable,
  whyNotPayable,
} from '../payment/card-payment.service.ts';
import type { PaymentsTransactions, PaymentsWork } from '../work.ts';
import type {
  CancelPaymentLinkResult,
  CreatePaymentLinkResult,
  PayPaymentLinkResult,
} from './payment-link.type.ts';

/** Random bytes of a code: nobody finds one by trying. */
const codeBytes = 16;
/** Longest that a link may be open. */
const openMaxMs = 30 * 86_400_000;
/** Shortest. */
const openMinMs = 60_000;
/** Links that one round of the expiry job ends. */
const batchMax = 100;

export interface LinkRequest {
  readonly orderId: string;
  /** From when it can be paid; null for now. */
  readonly activatesAt: Date | null;
  readonly expiresAt: Date;
  readonly idempotencyKey: string;
  readonly actor: Actor;
}

export interface PaymentLinkOptions {
  readonly prisma: PrismaClient;
  readonly transactions: PaymentsTransactions;
  readonly cards: CardPaymentService;
}

/** Links that let somebody without an account pay an order later. */
export class PaymentLinkService {
  readonly #options: PaymentLinkOptions;

  constructor(options: PaymentLinkOptions) {
    this.#options = options;
  }

  /** Null when there is no such link. Anybody who has the code may ask. */
  findByCode(code: string): Promise<PaymentLink | null> {
    return this.#options.prisma.paymentLink.findUnique({ where: { code } });
  }

  /** What is left to pay by it and what it is for. */
  async describe({ orderId }: PaymentLink) {
    const order = await this.#options.prisma.payableOrder.findUnique({ where: { orderId } });
    if (!isKnown(order)) throw new Error(`Order ${orderId} has a link and no facts`);
    const outstandingMinor = await outstandingOf(this.#options.prisma, order);
    return { order, outstandingMinor: Math.max(0, outstandingMinor) };
  }

  /**
   * Keeps the order payable until the link's end. Throws BAD_USER_INPUT for an end that is too near
   * or too far, FORBIDDEN without scope order:write.
   */
  async create(request: LinkRequest): Promise<typeof CreatePaymentLinkResult> {
    requireScope(request.actor, 'order:write');
    requireWithinBounds(request);
    const { prisma, transactions } = this.#options;
    const where = { orderId: request.orderId };
    const order = await prisma.payableOrder.findUnique({ where });
    if (order === null) return { __typename: 'OrderUnknownYet', retryAfterMs: 1_000 };
    return transactions.run((work) => this.#create(work, request), {
      correlationId: order.correlationId,
    });
  }

  async #create(
    work: PaymentsWork,
    { orderId, activatesAt, expiresAt, idempotencyKey: key, actor }: LinkRequest,
  ): Promise<typeof CreatePaymentLinkResult> {
    const { tx } = work;
    const order = await lockOrder(tx, orderId);
    if (!isKnown(order)) return notPayable('CANCELLED');
    const createdBy = requireScope(actor, 'order:write').userId;
    const input = { orderId, activatesAt, expiresAt };
    const call = { owner: createdBy, key, operation: 'createPaymentLink', input };
    const before = await findKey(tx, call);
    if (before?.kind === 'repeated') {
      const link = await tx.paymentLink.findUniqueOrThrow({ where: { id: before.resultId } });
      return { __typename: 'PaymentLinkCreated', link };
    }
    if (before !== undefined) return paymentKeyReused;
    const open = await tx.paymentLink.findFirst({ where: { orderId, status: 'PENDING' } });
    if (open !== null) return { __typename: 'PaymentLinkExists', link: open };
    const refusal = await whyNotPayable(work, order, await outstandingOf(tx, order));
    if (refusal !== undefined) return refusal;
    const id = createUuidV7();
    if ((await claimKey(tx, call, id)).kind !== 'new') return paymentKeyReused;
    const link = await tx.paymentLink.create({
      data: {
        id,
        code: randomBytes(codeBytes).toString('base64url'),
        orderId,
        status: 'PENDING',
        activatesAt: activatesAt ?? new Date(),
        expiresAt,
        createdBy,
      },
    });
    const isLater = expiresAt > order.payableUntil;
    if (isLater)
      await tx.payableOrder.update({ where: { orderId }, data: { payableUntil: expiresAt } });
    const payload = { paymentLinkId: id, orderId, expiresAt: expiresAt.toISOString() };
    work.send('payment_link.created', payload);
    const after = { orderId, activatesAt, expiresAt };
    await saveAudit(work, actor, {
      ...{ action: 'payment_link.created', entityType: 'PaymentLink', entityId: id, after },
    });
    return { __typename: 'PaymentLinkCreated', link };
  }

  /** Pays what is left of the order; no account is needed. */
  async pay(
    code: string,
    payment: {
      readonly cardToken: string;
      readonly idempotencyKey: string;
      readonly actor: Actor;
    },
  ): Promise<typeof PayPaymentLinkResult> {
    const link = await this.findByCode(code);
    if (link === null) return { __typename: 'PaymentLinkNotFound', code };
    const nowMs = Date.now();
    const isActive = link.activatesAt.getTime() <= nowMs && nowMs < link.expiresAt.getTime();
    // A paid one goes on: the same key again is answered as before.
    if (!isActive || (link.status !== 'PENDING' && link.status !== 'PAID')) {
      return { __typename: 'PaymentLinkNotPayable', link };
    }
    return this.#options.cards.pay({ ...payment, orderId: link.orderId, paymentLinkId: link.id });
  }

  /** Ends an open link. Throws FORBIDDEN without scope order:write. */
  async cancel(code: string, actor: Actor): Promise<typeof CancelPaymentLinkResult> {
    requireScope(actor, 'order:write');
    const found = await this.findByCode(code);
    if (found === null) return { __typename: 'PaymentLinkNotFound', code };
    return this.#options.transactions.run(async (work) => {
      await lockOrder(work.tx, found.orderId);
      const [link] = await work.tx.paymentLink.updateManyAndReturn({
        where: { id: found.id, status: 'PENDING' },
        data: { status: 'CANCELLED', endedAt: new Date() },
      });
      if (link === undefined) return { __typename: 'PaymentLinkNotPayable', link: found };
      await saveAudit(work, actor, {
        ...{ action: 'payment_link.cancelled', entityType: 'PaymentLink', entityId: link.id },
      });
      return { __typename: 'PaymentLinkCancelled', link };
    });
  }

  /** Ends links that nobody paid in time. Resolves to true when more may be due. */
  async expireDue(): Promise<boolean> {
    const { prisma } = this.#options;
    const due = await prisma.paymentLink.findMany({
      where: { status: 'PENDING', expiresAt: { lte: new Date() } },
      orderBy: { expiresAt: 'asc' },
      take: batchMax,
    });
    for (const link of due) await this.#expire(link);
    return due.length === batchMax;
  }

  async #expire({ id, orderId }: PaymentLink): Promise<void> {
    const { prisma, transactions } = this.#options;
    const order = await prisma.payableOrder.findUnique({ where: { orderId } });
    await transactions.run(
      async (work) => {
        await lockOrder(work.tx, orderId);
        const { count } = await work.tx.paymentLink.updateMany({
          where: { id, status: 'PENDING' },
          data: { status: 'EXPIRED', endedAt: new Date() },
        });
        if (count > 0) work.send('payment_link.expired', { paymentLinkId: id, orderId });
      },
      { correlationId: order?.correlationId ?? null },
    );
  }
}

function requireWithinBounds({ activatesAt, expiresAt }: LinkRequest): void {
  const fromMs = Math.max(Date.now(), activatesAt?.getTime() ?? 0);
  const openMs = expiresAt.getTime() - fromMs;
  const endMs = expiresAt.getTime() - Date.now();
  if (openMs >= openMinMs && endMs <= openMaxMs) return;
  throw new AppError(
    'BAD_USER_INPUT',
    'A link must be open for a minute at least and end within 30 days',
    { details: { field: 'expiresAt' } },
  );
}
