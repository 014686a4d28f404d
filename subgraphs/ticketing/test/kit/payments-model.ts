import { randomUUID } from 'node:crypto';
import type { EventPayloads, EventType, RefundRequested } from '@plaza/schema/events';
import type { Order } from '../../src/generated/prisma/client.ts';

interface Money {
  readonly paymentId: string;
  readonly orderId: string;
  readonly amountMinor: number;
  refundedMinor: number;
}

/** A message of payments that is on its way. */
export interface InFlight<Type extends EventType = EventType> {
  readonly type: Type;
  readonly payload: EventPayloads[Type];
}

/** What payments knows and does: it takes money, gives it back once a request, and tells of both. */
export class PaymentsModel {
  readonly #money: Money[] = [];
  readonly #answered = new Set<string>();
  readonly #gaveByItself = new Set<string>();

  capture(order: Order, amountMinor: number): InFlight {
    const { id: orderId, currency } = order;
    const paymentId = randomUUID();
    this.#money.push({ paymentId, orderId, amountMinor, refundedMinor: 0 });
    const payload = { paymentId, orderId, amountMinor, currency, method: 'CARD' } as const;
    return { type: 'payment.captured', payload };
  }

  /** Answers a request from the payment that it names, or whatever the order's payments still have. */
  answer({ refundRequestId, orderId, paymentId, amountMinor }: RefundRequested): InFlight[] {
    if (this.#answered.has(refundRequestId)) return [];
    this.#answered.add(refundRequestId);
    let left = amountMinor ?? Number.MAX_SAFE_INTEGER;
    const asked = this.#of(orderId).filter(
      (money) => (paymentId ?? money.paymentId) === money.paymentId,
    );
    return asked.flatMap((money) => {
      const amount = Math.min(left, money.amountMinor - money.refundedMinor);
      left -= amount;
      return amount > 0 ? [this.#giveBack(money, amount, refundRequestId)] : [];
    });
  }

  /** Staff gives back what one payment of the order still has; undefined if none has any. */
  giveBack(orderId: string): InFlight | undefined {
    const money = this.#of(orderId).find((paid) => paid.amountMinor > paid.refundedMinor);
    if (money === undefined) return undefined;
    this.#gaveByItself.add(orderId);
    return this.#giveBack(money, money.amountMinor - money.refundedMinor, null);
  }

  /** Money of the order that has not gone back. */
  keptOf(orderId: string): number {
    return this.#of(orderId).reduce(
      (sum, { amountMinor, refundedMinor }) => sum + amountMinor - refundedMinor,
      0,
    );
  }

  /** True when staff has given money of the order back in payments itself. */
  gaveByItself(orderId: string): boolean {
    return this.#gaveByItself.has(orderId);
  }

  #of(orderId: string): Money[] {
    return this.#money.filter((money) => money.orderId === orderId);
  }

  #giveBack(money: Money, amountMinor: number, refundRequestId: string | null): InFlight {
    money.refundedMinor += amountMinor;
    const { paymentId, orderId } = money;
    const refundedTotalMinor = this.#of(orderId).reduce((sum, paid) => sum + paid.refundedMinor, 0);
    const refund = { refundId: randomUUID(), paymentId, orderId, amountMinor };
    return {
      type: 'payment.refunded',
      payload: { ...refund, refundedTotalMinor, refundRequestId },
    };
  }
}
