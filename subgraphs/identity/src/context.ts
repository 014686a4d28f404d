import type { SubgraphContext } from '@plaza/kit/subgraph';
import type { ApiClientService } from './api-client/api-client.service.ts';
import type { OperationAllowance } from './attempt/operation-allowance.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { RequestOrigin } from './request-origin.ts';
import type { SessionService } from './session/session.service.ts';
import type { SessionStore } from './session/session-store.ts';
import type { RotateSigningKey } from './signing-key/rotate-signing-key.ts';
import type { AdministrationService } from './user/administration.service.ts';
import type { ProfileService } from './user/profile.service.ts';
import type { UserLoaders } from './user/user.loader.ts';
import type { UserService } from './user/user.service.ts';

/** What lives as long as the process. */
export interface IdentityServices {
  readonly prisma: PrismaClient;
  readonly users: UserService;
  readonly profiles: ProfileService;
  readonly administration: AdministrationService;
  readonly sessions: SessionService;
  readonly sessionStore: SessionStore;
  readonly apiClients: ApiClientService;
  readonly rotateSigningKey: RotateSigningKey;
}

/** What identity's resolvers find in their context. */
export interface IdentityContext extends SubgraphContext, IdentityServices {
  readonly origin: RequestOrigin;
  /** Fresh for each request. */
  readonly loaders: UserLoaders;
  /** Fresh for each request. */
  readonly allowance: OperationAllowance;
}
