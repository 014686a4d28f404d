import { requireScope, requireViewer, type Viewer } from '@plaza/kit/auth/viewer';
import { AppError } from '@plaza/schema/errors';
import { roleScopes, type Scope } from '@plaza/schema/scopes';
import type { IdentityContext } from '../context.ts';
import type { UserRow } from './user.service.ts';

/**
 * The person who asks, as the database knows them now: a token outlives a suspension, a log-out or a
 * lost role by up to 15 minutes, which changes of accounts and rights must not. Throws UNAUTHENTICATED.
 */
export async function requireStanding(ctx: IdentityContext): Promise<UserRow> {
  const { userId, sessionId } = requireViewer(ctx);
  const user = await ctx.loaders.userById.load(userId);
  const isLoggedIn = sessionId === undefined || (await ctx.sessionStore.isOpen(sessionId));
  if (user === undefined || user.suspendedAt !== null || !isLoggedIn) {
    throw new AppError('UNAUTHENTICATED', 'This session was ended: log in again');
  }
  return user;
}

/** The person who asks, whose roles give the scope now. Throws UNAUTHENTICATED or FORBIDDEN. */
export async function requireCurrentScope(ctx: IdentityContext, scope: Scope): Promise<Viewer> {
  const viewer = requireScope(ctx, scope);
  const { roles } = await requireStanding(ctx);
  const isHeld = roles.some((role) => (roleScopes[role] as readonly Scope[]).includes(scope));
  if (!isHeld) throw new AppError('FORBIDDEN', `Scope ${scope} is required`);
  return viewer;
}
