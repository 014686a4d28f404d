import { requireScope } from '@plaza/kit/auth/viewer';
import { money } from '@plaza/kit/money.type';
import { createUuidV7 } from '@plaza/kit/uuid';
import { type Actor, saveAudit } from '../audit/audit.ts';
import { moveCredit } from '../client-credit/credit-ledger.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { claimKey, findKey, type KeyedCall } from '../idempotency/idempotency-key.ts';
import { paymentKeyReused } from '../idempotency/idempotency-key-reused.type.ts';
import {
  isKnown,
  type KnownOrder,
  lockOrder,
  outstandingOf,
} from '../payable-order/payable-order.ts';
import { notPayable, whyNotPayable } from '../payment/card-payment.service.ts';
import type { PaymentRow } from '../payment/payment.service.ts';
import { followCapture } from '../payment/payment-state.ts';
import type { PaymentsTransactions, PaymentsWork } from '../work.ts';
import type { RecordBoxOfficePaymentsResult } from './box-office.result.ts';
import { type PlannedPayment, planTenders, type Tender } from './plan-tenders.ts';

export interface BoxOfficeOptions {
  readonly prisma: PrismaClient;
  readonly transactions: PaymentsTransactions;
  /** Thousandths of a peso for a dollar in cash. */
  readonly usdRateMilli: number;
}

export interface BoxOfficeSale {
  readonly orderId: string;
  readonly tenders: readonly Tender[];
  readonly idempotencyKey: string;
  readonly actor: Actor;
}

type Result = typeof RecordBoxOfficePaymentsResult;

/** Leaves nothing of the sale behind and becomes its result. */
type Undo = (result: Result) => never;

/** Payments that staff take at the counter. */
export class BoxOfficeService {
  readonly #options: BoxOfficeOptions;

  constructor(options: BoxOfficeOptions) {
    this.#options = options;
  }

  /** All of the tenders or none. Throws UNAUTHENTICATED, or FORBIDDEN without scope order:write. */
  async record(sale: BoxOfficeSale): Promise<Result> {
    requireScope(sale.actor, 'order:write');
    const { prisma, transactions } = this.#options;
    const { orderId } = sale;
    const order = await prisma.payableOrder.findUnique({ where: { orderId } });
    if (order === null) return { __typename: 'OrderUnknownYet', retryAfterMs: 1_000 };
    const { correlationId } = order;
    return transactions.runUndoable((work, undo: Undo) => this.#record(work, sale, undo), {
      correlationId,
    });
  }

  async #record(work: PaymentsWork, sale: BoxOfficeSale, undo: Undo): Promise<Result> {
    const { tx } = work;
    const { orderId, tenders, actor } = sale;
    const order = await lockOrder(tx, orderId);
    if (!isKnown(order)) return notPayable('CANCELLED');
    const owner = requireScope(actor, 'order:write').userId;
    const key = sale.idempotencyKey;
    const operation = 'recordBoxOfficePayments';
    const call: KeyedCall = { owner, key, operation, input: { orderId, tenders } };
    const before = await findKey(tx, call);
    if (before?.kind === 'repeated') return this.#repeat(work, orderId);
    if (before !== undefined) return paymentKeyReused;
    const outstandingMinor = await outstandingOf(tx, order);
    const refusal = await whyNotPayable(work, order, outstandingMinor);
    if (refusal !== undefined) return refusal;
    if (order.currency !== 'MXN') return notPayable('CURRENCY_NOT_TAKEN');
    const plan = planTenders(outstandingMinor, tenders, this.#options.usdRateMilli);
    if (plan.kind === 'too_low') {
      return { __typename: 'TendersTooLow', missing: money(plan.missingMinor, 'MXN') };
    }
    if (plan.kind === 'too_large') {
      return { __typename: 'TenderTooLarge', remaining: money(plan.remainingMinor, 'MXN') };
    }
    if ((await claimKey(tx, call, orderId)).kind !== 'new') return paymentKeyReused;
    const payments: PaymentRow[] = [];
    for (const planned of plan.payments) {
      payments.push(await savePayment(work, planned, { order, sellerId: owner, undo }));
    }
    for (const payment of payments) await followCapture(work, payment, order);
    await saveAudit(work, actor, {
      ...{ action: 'order.paid_over_counter', entityType: 'Order', entityId: orderId },
      after: { tenders },
    });
    return toPaid(payments);
  }

  async #repeat({ tx }: PaymentsWork, orderId: string): Promise<Result> {
    const where = { orderId, sellerId: { not: null } };
    return toPaid(await tx.payment.findMany({ where, orderBy: { id: 'asc' } }));
  }
}

function toPaid(payments: PaymentRow[]): Result {
  const changeMinor = payments.reduce((sum, payment) => sum + (payment.changeMinor ?? 0), 0);
  return { __typename: 'BoxOfficePaid', payments, change: money(changeMinor, 'MXN') };
}

interface Occasion {
  readonly order: KnownOrder;
  readonly sellerId: string;
  readonly undo: Undo;
}

/** One payment that is captured as it is written. Undoes the sale when credit does not cover it. */
async function savePayment(
  work: PaymentsWork,
  { tender, amountMinor, exchangeRateMilli, changeMinor }: PlannedPayment,
  { order, sellerId, undo }: Occasion,
): Promise<PaymentRow> {
  const id = createUuidV7();
  const { creditAccountId, method, slipReference } = tender;
  if (creditAccountId !== null) {
    const draw = { accountId: creditAccountId, amountMinor, recordedBy: sellerId, paymentId: id };
    await drawCredit(work, draw, undo);
  }
  return work.tx.payment.create({
    data: {
      id,
      orderId: order.orderId,
      payerId: order.buyerId,
      sellerId,
      status: 'CAPTURED',
      capturedAt: new Date(),
      method,
      amountMinor,
      currency: 'MXN',
      receivedMinor: tender.amountMinor,
      receivedCurrency: tender.currency,
      exchangeRateMilli,
      changeMinor,
      slipReference,
      creditAccountId,
    },
  });
}

async function drawCredit(
  work: PaymentsWork,
  draw: Omit<Parameters<typeof moveCredit>[1], 'kind'>,
  undo: Undo,
): Promise<void> {
  const { accountId } = draw;
  const moved = await moveCredit(work, { ...draw, kind: 'DRAWDOWN' });
  if (moved !== undefined) return;
  const account = await work.tx.clientCreditAccount.findUnique({ where: { id: accountId } });
  if (account === null) return undo({ __typename: 'ClientCreditNotFound', accountId });
  const availableMinor = Math.max(0, account.limitMinor - account.balanceMinor);
  const available = money(availableMinor, account.currency);
  undo({ __typename: 'ClientCreditExceeded', accountId, available });
}
