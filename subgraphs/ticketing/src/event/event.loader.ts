import { batchByKey } from '@plaza/kit/batch-by-key';
import type { PrismaClient } from '../generated/prisma/client.ts';

export function createEventLoaders(database: PrismaClient) {
  return {
    /** Any event, visible or not: ask `visibleEvent` before a client gets it. */
    eventById: batchByKey({
      load: (ids) => database.event.findMany({ where: { id: { in: ids } } }),
      keyOf: ({ id }) => id,
    }),
  };
}
