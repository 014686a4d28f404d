import { batchByKey } from '@plaza/kit/batch-by-key';
import { byPosition } from '../by-position.ts';
import { createChildConnectionLoader } from '../child-connection.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

export function createZoneLoaders(database: PrismaClient) {
  const zoneById = batchByKey({
    load: (ids) => database.zone.findMany({ where: { id: { in: ids } } }),
    keyOf: ({ id }) => id,
  });
  const zonesOfVenue = createChildConnectionLoader(database, {
    table: 'zones',
    keyColumn: 'venue_id',
    order: byPosition,
    byId: zoneById,
  });
  return { zoneById, zonesOfVenue };
}
