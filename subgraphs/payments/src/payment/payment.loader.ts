import { batchByKey } from '@plaza/kit/batch-by-key';
import type { Connection } from '@plaza/kit/pagination/connection.type';
import { newestFirst } from '@plaza/kit/pagination/keyset';
import {
  createConnectionLoader,
  type PageOfKey,
  pagePerKeySql,
} from '@plaza/kit/pagination/page-per-key';
import DataLoader from 'dataloader';
import type { PayableOrder, PrismaClient, Refund } from '../generated/prisma/client.ts';
import type { PaymentRow } from './payment.service.ts';

export interface PaymentLoaders {
  readonly paymentById: DataLoader<string, PaymentRow | undefined>;
  /** The payment that counts for an order: captured or refunded before others, else the newest. */
  readonly paymentOfOrder: DataLoader<string, PaymentRow | undefined>;
  readonly payableOrderById: DataLoader<string, PayableOrder | undefined>;
  /** Oldest first. */
  readonly refundsOfPayment: DataLoader<string, Refund[]>;
  readonly paymentsOfPayer: DataLoader<PageOfKey, Connection<PaymentRow>, string>;
}

/** Loaders of payments for one request. */
export function createPaymentLoaders(prisma: PrismaClient): PaymentLoaders {
  const findByIds = (ids: string[]) => prisma.payment.findMany({ where: { id: { in: ids } } });
  return {
    paymentById: batchByKey({ load: findByIds, keyOf: (payment: PaymentRow) => payment.id }),
    paymentOfOrder: batchByKey({
      load: async (orderIds) => findByIds(await findIdsThatCount(prisma, orderIds)),
      keyOf: (payment: PaymentRow) => payment.orderId,
    }),
    payableOrderById: batchByKey({
      load: (orderIds) => prisma.payableOrder.findMany({ where: { orderId: { in: orderIds } } }),
      keyOf: (order: PayableOrder) => order.orderId,
    }),
    refundsOfPayment: new DataLoader(async (ids) => {
      const where = { paymentId: { in: [...ids] } };
      const refunds = await prisma.refund.findMany({ where, orderBy: { id: 'asc' } });
      const ofPayment = Map.groupBy(refunds, ({ paymentId }) => paymentId);
      return ids.map((id) => ofPayment.get(id) ?? []);
    }),
    paymentsOfPayer: createConnectionLoader<PaymentRow>({
      order: newestFirst,
      keyOf: ({ payerId }) => payerId ?? '',
      load: async (payerIds, page) => {
        const query = { table: 'payments', keyColumn: 'payer_id', keys: payerIds, page };
        const { text, values } = pagePerKeySql(query);
        const places = await prisma.$queryRawUnsafe<{ id: string }[]>(text, ...values);
        const payments = await findByIds(places.map(({ id }) => id));
        const paymentById = new Map(payments.map((payment) => [payment.id, payment]));
        return places.flatMap(({ id }) => paymentById.get(id) ?? []);
      },
      count: async (payerIds) => {
        const groups = await prisma.payment.groupBy({
          by: 'payerId',
          where: { payerId: { in: payerIds } },
          _count: true,
        });
        return new Map(groups.map((group) => [group.payerId ?? '', group._count]));
      },
    }),
  };
}

async function findIdsThatCount(prisma: PrismaClient, orderIds: string[]): Promise<string[]> {
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT ON (order_id) id FROM payments WHERE order_id = ANY(${orderIds}::uuid[])
    ORDER BY order_id, (status IN ('CAPTURED', 'REFUNDED')) DESC, id DESC`;
  return rows.map(({ id }) => id);
}
