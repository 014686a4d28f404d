import { AppError } from '@plaza/schema/errors';
import type { ApiKeys } from '../identity/api-keys.ts';
import type { VerifyToken } from '../identity/token-verifier.ts';
import type { Viewer } from '../identity/viewer.ts';

/** Longest authorization header that is looked at. */
const authorizationCharactersMax = 8_192;

/** What is known of those who may send requests; undefined where it is not configured. */
export interface Verifiers {
  readonly verifyToken: VerifyToken | undefined;
  readonly apiKeys: ApiKeys | undefined;
}

/**
 * Who sends the request: the viewer of its API key or of its bearer token (RFC 6750, section 2.1),
 * undefined without either or where neither is configured. Throws AppError UNAUTHENTICATED for one
 * that does not hold, whatever the operation asks for, BAD_REQUEST for both at once, and
 * DOWNSTREAM_SERVICE_ERROR when it cannot be verified.
 */
export function authenticate(
  headers: Readonly<Record<string, string>>,
  { verifyToken, apiKeys }: Verifiers,
): Viewer | undefined | Promise<Viewer> {
  const { authorization } = headers;
  const key = apiKeys === undefined ? undefined : headers[apiKeys.header];
  if (apiKeys !== undefined && key !== undefined) {
    // Two answers to who it is would leave it to each stage which one it takes.
    if (authorization === undefined) return apiKeys.verify(key);
    throw new AppError('BAD_REQUEST', 'Send a token or an API key, not both');
  }
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
