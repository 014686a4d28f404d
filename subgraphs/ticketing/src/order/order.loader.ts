import { batchByKey } from '@plaza/kit/batch-by-key';
import type { KeysetOrder } from '@plaza/kit/pagination/keyset';
import { createChildConnectionLoader } from '../child-connection.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

const latestFirst: KeysetOrder = {
  fields: [
    { name: 'createdAt', type: 'date' },
    { name: 'id', type: 'uuid' },
  ],
  direction: 'desc',
};

export function createOrderLoaders(database: PrismaClient) {
  const orderById = batchByKey({
    load: (ids) => database.order.findMany({ where: { id: { in: ids } } }),
    keyOf: ({ id }) => id,
  });
  return {
    /** Any order: ask `visibleOrder` before a client gets it. */
    orderById,
    ordersOfBuyer: createChildConnectionLoader(database, {
      table: '(SELECT id, buyer_id, created_at AS "createdAt" FROM orders) AS purchase',
      keyColumn: 'buyer_id',
      order: latestFirst,
      byId: orderById,
    }),
  };
}
