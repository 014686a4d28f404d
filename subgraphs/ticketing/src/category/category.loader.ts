import { batchByKey } from '@plaza/kit/batch-by-key';
import type { PrismaClient } from '../generated/prisma/client.ts';

export function createCategoryLoaders(database: PrismaClient) {
  return {
    categoryById: batchByKey({
      load: (ids) => database.category.findMany({ where: { id: { in: ids } } }),
      keyOf: ({ id }) => id,
    }),
  };
}
