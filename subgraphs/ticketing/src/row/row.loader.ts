import { batchByKey } from '@plaza/kit/batch-by-key';
import { byPosition } from '../by-position.ts';
import { createChildConnectionLoader } from '../child-connection.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

export function createRowLoaders(database: PrismaClient) {
  const rowById = batchByKey({
    load: (ids) => database.seatRow.findMany({ where: { id: { in: ids } } }),
    keyOf: ({ id }) => id,
  });
  const rowsOfSection = createChildConnectionLoader(database, {
    table: 'seat_rows',
    keyColumn: 'section_id',
    order: byPosition,
    byId: rowById,
  });
  return { rowById, rowsOfSection };
}
