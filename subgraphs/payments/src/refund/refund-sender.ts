import type { PrismaClient, Refund } from '../generated/prisma/client.ts';
import { lockOrder } from '../payable-order/payable-order.ts';
import { lockPayment } from '../payment/payment-state.ts';
import type { PaymentProvider, ProviderRefund } from '../provider/payment-provider.ts';
import { applyRefund, delayFactorMax } from '../provider/provider-sync.ts';
import type { PaymentsTransactions, PaymentsWork } from '../work.ts';
import { failRefund, type RefundRetryRules } from './fail-refund.ts';

/** Refunds that one round sends. */
const batchMax = 20;

export interface RefundSenderOptions extends RefundRetryRules {
  readonly prisma: PrismaClient;
  readonly transactions: PaymentsTransactions;
  readonly provider: PaymentProvider;
  readonly reconcileDelayMs: number;
}

/** Carries refunds to the provider, each once, however often a call ends without an answer. */
export class RefundSender {
  readonly #options: RefundSenderOptions;

  constructor(options: RefundSenderOptions) {
    this.#options = options;
  }

  /** Sends what is due. Resolves to true when more may be. */
  async sendDue(): Promise<boolean> {
    const claimed = await this.#claim(null);
    const outcomes = await Promise.allSettled(claimed.map((refund) => this.#send(refund)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason; // those that failed are due again later
    return claimed.length === batchMax;
  }

  /** Sends a refund for the first time, before it is due. */
  async sendNow(refundId: string): Promise<void> {
    for (const refund of await this.#claim(refundId)) await this.#send(refund);
  }

  async #claim(refundId: string | null): Promise<Refund[]> {
    const { prisma, reconcileDelayMs } = this.#options;
    const claimed = await prisma.$queryRaw<{ id: string }[]>`
      UPDATE refunds SET attempts = attempts + 1, next_try_at = now() + interval '1 millisecond'
        * ${reconcileDelayMs}::int * least(${delayFactorMax}::int, 2 ^ least(attempts, 10))
      WHERE id IN (SELECT id FROM refunds
        WHERE CASE WHEN ${refundId}::uuid IS NULL THEN next_try_at <= now()
          ELSE id = ${refundId}::uuid AND attempts = 0 AND next_try_at IS NOT NULL END
        ORDER BY next_try_at LIMIT ${batchMax}::int FOR UPDATE SKIP LOCKED)
      RETURNING id`;
    const ids = claimed.map(({ id }) => id);
    return ids.length === 0 ? [] : prisma.refund.findMany({ where: { id: { in: ids } } });
  }

  async #send(refund: Refund): Promise<void> {
    const { prisma, provider } = this.#options;
    const where = { id: refund.paymentId };
    const { providerReference } = await prisma.payment.findUniqueOrThrow({ where });
    const takenBy = refund.providerPaymentId ?? providerReference;
    if (takenBy === null) throw new Error(`Refund ${refund.id} has no payment to go to`);
    if (refund.attempts > 1 || refund.status === 'PENDING') {
      // An earlier call may have been done, longer ago than the provider remembers its key.
      const known = await provider.getPayment(takenBy);
      if (known.kind === 'unavailable') return;
      const found =
        known.kind === 'found'
          ? known.payment.refunds.find(({ reference }) => reference === refund.id)
          : undefined;
      if (found !== undefined) return this.#apply(refund, found);
    }
    const outcome = await provider.refundPayment({
      idempotencyKey: `refund-${refund.id}`,
      paymentId: takenBy,
      amountMinor: refund.amountMinor,
      reference: refund.id,
    });
    if (outcome.kind === 'refunded') return this.#apply(refund, outcome.refund);
    if (outcome.kind === 'refused') return this.#fail(refund, outcome.code);
    if (outcome.kind === 'not_found') return this.#fail(refund, 'payment_not_found');
  }

  #apply(refund: Refund, state: ProviderRefund): Promise<void> {
    return this.#change(refund, (work) => applyRefund(work, state, this.#options));
  }

  #fail(refund: Refund, code: string): Promise<void> {
    return this.#change(refund, (work) => failRefund(work, refund, { code, rules: this.#options }));
  }

  async #change(
    { orderId, paymentId }: Refund,
    act: (work: PaymentsWork) => Promise<void>,
  ): Promise<void> {
    const { prisma, transactions } = this.#options;
    const order = await prisma.payableOrder.findUnique({ where: { orderId } });
    await transactions.run(
      async (work) => {
        await lockOrder(work.tx, orderId);
        await lockPayment(work.tx, paymentId);
        await act(work);
      },
      { correlationId: order?.correlationId ?? null },
    );
  }
}
