import 'reflect-metadata';
import { buildFederatedSchema, type FederatedSchema } from '@plaza/kit/federated-schema';
import type { IdentityContext } from './context.ts';
import { SessionResolver } from './session/session.resolver.ts';
import { resolveUserReference } from './user/user.reference.ts';
import { UserResolver } from './user/user.resolver.ts';

/** The schema of identity, executable and as SDL. */
export function buildIdentitySchema(): Promise<FederatedSchema> {
  return buildFederatedSchema<IdentityContext>({
    resolvers: [UserResolver, SessionResolver],
    references: { User: resolveUserReference },
  });
}
