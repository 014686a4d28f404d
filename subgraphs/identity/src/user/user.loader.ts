import { batchByKey } from '@plaza/kit/batch-by-key';
import type DataLoader from 'dataloader';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { UserRow } from './user.service.ts';

export interface UserLoaders {
  readonly userById: DataLoader<string, UserRow | undefined>;
}

/** Loaders of users for one request. */
export function createUserLoaders(prisma: PrismaClient): UserLoaders {
  return {
    userById: batchByKey({
      load: (ids) => prisma.user.findMany({ where: { id: { in: ids } } }),
      keyOf: (user: UserRow) => user.id,
    }),
  };
}
