import type { Representation } from '@plaza/kit/federated-schema';
import type { IdentityContext } from '../context.ts';
import type { UserRow } from './user.service.ts';

/** The user that another subgraph refers to; null when there is no such user. */
export async function resolveUserReference(
  { id }: Representation,
  { loaders }: IdentityContext,
): Promise<UserRow | null> {
  return (await loaders.userById.load(id)) ?? null;
}
