import { batchByKey } from '@plaza/kit/batch-by-key';
import type { PrismaClient } from '../generated/prisma/client.ts';

export function createOrganizerLoaders(database: PrismaClient) {
  return {
    organizerById: batchByKey({
      load: (ids) => database.organizer.findMany({ where: { id: { in: ids } } }),
      keyOf: ({ id }) => id,
    }),
  };
}
