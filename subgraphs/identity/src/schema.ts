import 'reflect-metadata';
import { buildFederatedSchema, type FederatedSchema } from '@plaza/kit/federated-schema';
import { ApiClientResolver } from './api-client/api-client.resolver.ts';
import { AuditResolver } from './audit/audit.resolver.ts';
import type { IdentityContext } from './context.ts';
import { SessionResolver } from './session/session.resolver.ts';
import { SigningKeyResolver } from './signing-key/signing-key.resolver.ts';
import { AdministrationResolver } from './user/administration.resolver.ts';
import { ProfileResolver } from './user/profile.resolver.ts';
import { resolveUserReference } from './user/user.reference.ts';
import { UserResolver } from './user/user.resolver.ts';

/** The schema of identity, executable and as SDL. */
export function buildIdentitySchema(): Promise<FederatedSchema> {
  return buildFederatedSchema<IdentityContext>({
    resolvers: [
      UserResolver,
      SessionResolver,
      ProfileResolver,
      AdministrationResolver,
      ApiClientResolver,
      AuditResolver,
      SigningKeyResolver,
    ],
    references: { User: resolveUserReference },
  });
}
