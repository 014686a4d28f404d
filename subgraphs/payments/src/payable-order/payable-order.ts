import type { PayableOrder, Prisma } from '../generated/prisma/client.ts';

export type { PayableOrder };

/** An order whose facts are known. */
export type KnownOrder = PayableOrder & {
  readonly [Fact in
    | 'reference'
    | 'channel'
    | 'totalMinor'
    | 'currency'
    | 'payableUntil']: NonNullable<PayableOrder[Fact]>;
};

/** True when order.created has told of it. */
export function isKnown(order: PayableOrder | null): order is KnownOrder {
  return order !== null && order.totalMinor !== null;
}

/**
 * The order, locked until the transaction ends. Everything that moves money of an order locks it
 * first, then its payments, then the rest, so that no two wait for each other.
 */
export async function lockOrder(
  tx: Prisma.TransactionClient,
  orderId: string,
): Promise<PayableOrder | null> {
  await tx.$executeRaw`SELECT 1 FROM payable_orders WHERE order_id = ${orderId}::uuid FOR UPDATE`;
  return tx.payableOrder.findUnique({ where: { orderId } });
}

/** What is still to be paid: the total without what was captured and is not going back. */
export async function outstandingOf(
  tx: Prisma.TransactionClient,
  order: KnownOrder,
): Promise<number> {
  const { _sum } = await tx.payment.aggregate({
    where: { orderId: order.orderId, status: { in: ['CAPTURED', 'REFUNDED'] } },
    _sum: { amountMinor: true, refundReservedMinor: true },
  });
  return order.totalMinor - (_sum.amountMinor ?? 0) + (_sum.refundReservedMinor ?? 0);
}
