import { requireScope } from '@plaza/kit/auth/viewer';
import type { Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { type KeysetOrder, newestFirst } from '@plaza/kit/pagination/keyset';
import { paginate } from '@plaza/kit/pagination/paginate';
import { type Actor, saveAudit } from '../audit/audit.ts';
import type { Prisma, Refund } from '../generated/prisma/client.ts';
import { lockOrder } from '../payable-order/payable-order.ts';
import { lockPayment } from '../payment/payment-state.ts';
import type { PaymentsWork } from '../work.ts';
import type { RecordRefundHandoverResult, RetryRefundResult } from './refund.result.ts';
import type { RefundServiceOptions } from './refund.service.ts';
import { settleRefund } from './refund-state.ts';
import { retryRefund } from './retry-refund.ts';

/** A provider gives money back within an hour, or something is wrong. */
const usualMs = 3_600_000;
const oldestFirst: KeysetOrder = { ...newestFirst, direction: 'asc' };
/** Failed, not sent again, and its money was not given back in another way. */
const failed: Prisma.RefundWhereInput = {
  status: 'FAILED',
  retry: null,
  OR: [{ isStray: true }, { payment: { status: 'CAPTURED' } }],
};
/** Under way, but not as it should be. */
const delayed = (now: number): Prisma.RefundWhereInput => ({
  status: { in: ['REQUESTED', 'PENDING'] },
  nextTryAt: { not: null },
  OR: [{ retries: { gt: 0 } }, { createdAt: { lt: new Date(now - usualMs) } }],
});
/** No job sends it: only a person can. */
const toHandOver: Prisma.RefundWhereInput = { status: 'REQUESTED', nextTryAt: null };

/** Refunds that need a person. */
export class RefundDeskService {
  readonly #options: RefundServiceOptions;

  constructor(options: RefundServiceOptions) {
    this.#options = options;
  }

  /** Refunds that the provider did not give, oldest first. Throws BAD_USER_INPUT for bad pages. */
  findFailed(args: ConnectionArgs): Promise<Connection<Refund>> {
    return this.#findPage(args, failed);
  }

  /** Refunds under way that have failed before or take long, oldest first. Throws as `findFailed`. */
  findDelayed(args: ConnectionArgs): Promise<Connection<Refund>> {
    return this.#findPage(args, delayed(Date.now()));
  }

  /** Money that waits to be handed over, oldest first. Throws BAD_USER_INPUT for bad pages. */
  findToHandOver(args: ConnectionArgs): Promise<Connection<Refund>> {
    return this.#findPage(args, toHandOver);
  }

  /**
   * Gives the money of a failed refund back by a new one, once however often it is called. Throws
   * UNAUTHENTICATED, or FORBIDDEN without scope payment:write.
   */
  async retry(id: string, actor: Actor): Promise<typeof RetryRefundResult> {
    requireScope(actor, 'payment:write');
    const { prisma, sender } = this.#options;
    const begun = await this.#change(id, (work, refund) => retryFailed(work, refund, actor));
    if (begun === undefined) return { __typename: 'RefundNotFound', id };
    if ('__typename' in begun) return begun;
    await sender.sendNow(begun.id);
    return {
      __typename: 'RefundAccepted',
      refund: await prisma.refund.findUniqueOrThrow({ where: { id: begun.id } }),
      payment: await prisma.payment.findUniqueOrThrow({ where: { id: begun.paymentId } }),
    };
  }

  /**
   * The buyer has the money in hand: settles the refund and tells ticketing. Throws UNAUTHENTICATED,
   * or FORBIDDEN without scope order:write.
   */
  async recordHandover(id: string, actor: Actor): Promise<typeof RecordRefundHandoverResult> {
    requireScope(actor, 'order:write');
    const recorded = await this.#change(id, async (work, refund) => {
      if (refund.status !== 'REQUESTED' || refund.nextTryAt !== null) {
        return { __typename: 'RefundNotToHandOver', refund } as const;
      }
      const settled = await settleRefund(work, refund, { providerRefundId: null });
      if (settled === undefined) throw new Error(`Refund ${id} changed while it was locked`);
      const after = { paymentId: refund.paymentId, amountMinor: refund.amountMinor };
      await saveAudit(work, actor, {
        ...{ action: 'refund.handed_over', entityType: 'Refund', entityId: id, after },
      });
      return { __typename: 'RefundHandedOver', refund: settled } as const;
    });
    return recorded ?? { __typename: 'RefundNotFound', id };
  }

  #findPage(args: ConnectionArgs, filter: Prisma.RefundWhereInput): Promise<Connection<Refund>> {
    const { prisma } = this.#options;
    return paginate<Refund, Prisma.RefundWhereInput, Prisma.RefundOrderByWithRelationInput>({
      args,
      order: oldestFirst,
      load: ({ where, ...query }) =>
        prisma.refund.findMany({ where: { AND: [filter, where] }, ...query }),
      count: () => prisma.refund.count({ where: filter }),
    });
  }

  /** One transaction on a refund, with its order and payment locked; undefined if there is none. */
  async #change<T>(
    id: string,
    act: (work: PaymentsWork, refund: Refund) => Promise<T>,
  ): Promise<T | undefined> {
    const { prisma, transactions } = this.#options;
    const found = await prisma.refund.findUnique({ where: { id } });
    if (found === null) return undefined;
    const { orderId, paymentId } = found;
    const order = await prisma.payableOrder.findUnique({ where: { orderId } });
    return transactions.run(
      async (work) => {
        await lockOrder(work.tx, orderId);
        await lockPayment(work.tx, paymentId);
        return act(work, await work.tx.refund.findUniqueOrThrow({ where: { id } }));
      },
      { correlationId: order?.correlationId ?? null },
    );
  }
}

async function retryFailed(
  work: PaymentsWork,
  failedRefund: Refund,
  actor: Actor,
): Promise<Refund | typeof RetryRefundResult> {
  const { id, paymentId, amountMinor, status } = failedRefund;
  if (status !== 'FAILED') return { __typename: 'RefundNotFailed', refund: failedRefund };
  const requestedBy = requireScope(actor, 'payment:write').userId;
  const decision = { requestedBy, sendAt: new Date(), retries: 0 };
  const refund = await retryRefund(work, failedRefund, decision);
  if (refund === undefined) {
    const payment = await work.tx.payment.findUniqueOrThrow({ where: { id: paymentId } });
    return { __typename: 'PaymentNotRefundable', payment };
  }
  const after = { refundId: refund.id, amountMinor };
  await saveAudit(work, actor, {
    ...{ action: 'refund.retried', entityType: 'Refund', entityId: id, after },
  });
  return refund;
}
