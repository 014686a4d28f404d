import type { SubgraphContext } from '@plaza/kit/subgraph';
import type { SessionService } from './session/session.service.ts';
import type { UserLoaders } from './user/user.loader.ts';
import type { UserService } from './user/user.service.ts';

/** What identity's resolvers find in their context. */
export interface IdentityContext extends SubgraphContext {
  readonly users: UserService;
  readonly sessions: SessionService;
  /** Fresh for each request. */
  readonly loaders: UserLoaders;
}
