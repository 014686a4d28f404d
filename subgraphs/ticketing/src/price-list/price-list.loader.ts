import { batchByKey } from '@plaza/kit/batch-by-key';
import type { KeysetOrder } from '@plaza/kit/pagination/keyset';
import { createChildConnectionLoader } from '../child-connection.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

const byId: KeysetOrder = { fields: [{ name: 'id', type: 'uuid' }], direction: 'asc' };

const latestFirst: KeysetOrder = {
  fields: [{ name: 'version', type: 'integer' }],
  direction: 'desc',
};

export function createPriceListLoaders(database: PrismaClient) {
  const priceById = batchByKey({
    async load(ids) {
      const items = await database.priceListItem.findMany({
        where: { id: { in: ids } },
        include: { priceList: { select: { currency: true } } },
      });
      return items.map(({ priceList, ...item }) => ({ ...item, ...priceList }));
    },
    keyOf: ({ id }) => id,
  });
  return {
    activePriceListOfSchedule: batchByKey({
      load: (ids) =>
        database.priceList.findMany({
          where: { scheduleId: { in: ids }, status: 'ACTIVE' },
          include: { items: true },
        }),
      keyOf: ({ scheduleId }) => scheduleId,
    }),
    priceListsOfSchedule: createChildConnectionLoader(database, {
      table: 'price_lists',
      keyColumn: 'schedule_id',
      order: latestFirst,
      byId: batchByKey({
        load: (ids) => database.priceList.findMany({ where: { id: { in: ids } } }),
        keyOf: ({ id }) => id,
      }),
    }),
    pricesOfList: createChildConnectionLoader(database, {
      table: 'price_list_items',
      keyColumn: 'price_list_id',
      order: byId,
      byId: priceById,
    }),
  };
}
