import type { SubgraphContext } from '@plaza/kit/subgraph';
import type { PrismaClient } from './generated/prisma/client.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** What every resolver of ticketing finds in its context. */
export interface TicketingContext extends SubgraphContext {
  readonly database: PrismaClient;
  readonly loaders: Loaders;
  /** The one instant that the whole request happens at. */
  readonly now: Date;
  /** True for staff that sees what is not published yet. */
  readonly canSeeDrafts: boolean;
}

/** The context of one request, with fresh loaders. */
export function createContext(
  request: SubgraphContext,
  database: PrismaClient,
  now: Date,
): TicketingContext {
  const canSeeDrafts = request.viewer?.scopes.has('event:write') ?? false;
  const scope = { now, canSeeDrafts };
  return { ...request, ...scope, database, loaders: createLoaders(database, scope) };
}
