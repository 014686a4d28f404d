import { batchByKey } from '@plaza/kit/batch-by-key';
import { byPosition } from '../by-position.ts';
import { createChildConnectionLoader } from '../child-connection.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

export function createSeatLoaders(database: PrismaClient) {
  const seatById = batchByKey({
    load: (ids) => database.seat.findMany({ where: { id: { in: ids } } }),
    keyOf: ({ id }) => id,
  });
  const list = { table: 'seats', order: byPosition, byId: seatById };
  return {
    seatById,
    seatsOfRow: createChildConnectionLoader(database, { ...list, keyColumn: 'row_id' }),
    seatsOfSection: createChildConnectionLoader(database, { ...list, keyColumn: 'section_id' }),
  };
}
