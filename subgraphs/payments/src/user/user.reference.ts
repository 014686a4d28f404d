import type { Representation } from '@plaza/kit/federated-schema';
import type { User } from './user.type.ts';

/** Any id will do: only identity can tell whether there is such a user. */
export function resolveUserReference({ id }: Representation): User {
  return { id };
}
