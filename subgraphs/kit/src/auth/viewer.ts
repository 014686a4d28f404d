import { AppError } from '@plaza/schema/errors';
import type { Role, Scope } from '@plaza/schema/scopes';

/** The authenticated person of a request, as the token says it. */
export interface Viewer {
  readonly userId: string;
  readonly roles: ReadonlySet<Role>;
  readonly scopes: ReadonlySet<Scope>;
  /** The log-in that the token came from, if it says so. */
  readonly sessionId?: string | undefined;
}

/** Anything that knows who asks: a context, or `{ viewer }`. */
export interface HasViewer {
  readonly viewer: Viewer | undefined;
}

/** The person who asks. Throws UNAUTHENTICATED for an anonymous request. */
export function requireViewer({ viewer }: HasViewer): Viewer {
  if (viewer === undefined) {
    throw new AppError('UNAUTHENTICATED', 'Log in first: this field needs a valid token');
  }
  return viewer;
}

/** The person who asks, holding the scope. Throws UNAUTHENTICATED or FORBIDDEN. */
export function requireScope(ctx: HasViewer, scope: Scope): Viewer {
  const viewer = requireViewer(ctx);
  if (!viewer.scopes.has(scope)) throw new AppError('FORBIDDEN', `Scope ${scope} is required`);
  return viewer;
}

/** The person who asks, being that user or holding the scope. Throws UNAUTHENTICATED or FORBIDDEN. */
export function requireSelfOrScope(ctx: HasViewer, userId: string, scope: Scope): Viewer {
  const viewer = requireViewer(ctx);
  return viewer.userId === userId ? viewer : requireScope(ctx, scope);
}

/** True when the person who asks is that user or holds the scope. */
export function isSelfOrHasScope({ viewer }: HasViewer, userId: string, scope: Scope): boolean {
  return viewer !== undefined && (viewer.userId === userId || viewer.scopes.has(scope));
}
