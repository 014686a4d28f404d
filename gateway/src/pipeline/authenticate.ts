import { AppError } from '@plaza/schema/errors';
import type { VerifyToken } from '../identity/token-verifier.ts';
import type { Viewer } from '../identity/viewer.ts';

/** Longest authorization header that is looked at. */
const authorizationCharactersMax = 8_192;

/**
 * Who sends the request: the viewer of its bearer token (RFC 6750, section 2.1), undefined without a
 * token or where no issuer is configured. Throws AppError UNAUTHENTICATED for a token that does not
 * hold, whatever the operation asks for, and DOWNSTREAM_SERVICE_ERROR when it cannot be verified.
 */
export function authenticate(
  { authorization }: Readonly<Record<string, string>>,
  verifyToken: VerifyToken | undefined,
): Viewer | undefined | Promise<Viewer> {
  if (verifyToken === undefined || authorization === undefined) return undefined;
  return verifyToken(bearerTokenOf(authorization));
}

function bearerTokenOf(authorization: string): string {
  const [scheme, token, ...rest] = authorization.split(' ');
  const isBearer = scheme?.toLowerCase() === 'bearer' && rest.length === 0;
  if (!isBearer || !token || authorization.length > authorizationCharactersMax) {
    throw new AppError('UNAUTHENTICATED', 'Send the token as "Authorization: Bearer <token>"');
  }
  return token;
}
