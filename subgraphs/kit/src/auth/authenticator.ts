import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '@plaza/schema/errors';
import { type Role, roleScopes, type Scope, scopes } from '@plaza/schema/scopes';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { isUuid } from '../uuid.ts';
import type { Viewer } from './viewer.ts';

/** The one signature algorithm that is accepted, whatever a token's header says. */
const algorithms = ['EdDSA'];
/** Clocks of two machines may differ by this much. */
const clockToleranceS = 5;
const authorizationLengthMax = 8_192;

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
}

export interface RemoteKeysOptions {
  readonly jwksUrl: string;
  /** How long one fetch of the key set may take. */
  readonly jwksTimeoutMs: number;
  /** How long a fetched key set is trusted. */
  readonly jwksCacheMs: number;
  /** Least time between two fetches that unknown key ids cause. */
  readonly jwksCooldownMs: number;
}

/** Who sends the request; undefined for an anonymous one. */
export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Viewer | undefined>;

/** The keys of a remote JSON Web Key Set: cached, fetched again for an unknown key id. */
export function createRemoteKeys(options: RemoteKeysOptions): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(options.jwksUrl), {
    timeoutDuration: options.jwksTimeoutMs,
    cacheMaxAge: options.jwksCacheMs,
    cooldownDuration: options.jwksCooldownMs,
  });
}

/**
 * Reads and verifies the bearer token of a request. No token is an anonymous request; a token that is
 * malformed, expired or not ours throws UNAUTHENTICATED; keys that cannot be had throw
 * DOWNSTREAM_SERVICE_ERROR.
 */
export function createAuthenticator(keys: JWTVerifyGetKey, rules: TokenRules): Authenticate {
  return async (headers) => {
    const token = readBearerToken(headers);
    if (token === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, keys, {
        ...rules,
        algorithms,
        clockTolerance: clockToleranceS,
        requiredClaims: ['exp', 'sub'],
      });
      return toViewer(payload);
    } catch (error) {
      throw toAuthenticationError(error);
    }
  };
}

function readBearerToken({ authorization }: IncomingHttpHeaders): string | undefined {
  if (authorization === undefined) return undefined;
  const [scheme, token, ...rest] = authorization.split(' ');
  const isBearer = scheme?.toLowerCase() === 'bearer' && rest.length === 0;
  if (!isBearer || !token || authorization.length > authorizationLengthMax) {
    throw new AppError('UNAUTHENTICATED', 'The authorization header must be "Bearer <token>"');
  }
  return token;
}

function toViewer(payload: JWTPayload): Viewer {
  if (!isUuid(payload.sub)) throw new errors.JWTInvalid('The subject is not a user id');
  const granted = typeof payload.scope === 'string' ? payload.scope.split(' ') : [];
  const roles = Array.isArray(payload.roles) ? payload.roles : [];
  return {
    userId: payload.sub.toLowerCase(),
    roles: new Set(roles.filter(isRole)),
    scopes: new Set(granted.filter(isScope)),
    sessionId: isUuid(payload.sid) ? payload.sid : undefined,
  };
}

function isRole(text: unknown): text is Role {
  return typeof text === 'string' && Object.hasOwn(roleScopes, text);
}

function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}

/** Errors of jose that are about the key set, not about the token. */
const keySetErrors = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID', 'ERR_JWKS_TIMEOUT']);

function toAuthenticationError(error: unknown): AppError {
  if (error instanceof errors.JWTExpired) {
    return new AppError('UNAUTHENTICATED', 'The token has expired: log in again');
  }
  if (error instanceof errors.JOSEError && !keySetErrors.has(error.code)) {
    return new AppError('UNAUTHENTICATED', 'The token is not valid', { cause: error });
  }
  return new AppError('DOWNSTREAM_SERVICE_ERROR', 'The keys of the identity service are away', {
    cause: error,
  });
}
