import { AppError } from '@plaza/schema/errors';
import type { JWTVerifyGetKey } from 'jose';
import { decodeJwt, errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config.ts';
import { createIssuerKeys } from './issuer-keys.ts';
import type { Viewer } from './viewer.ts';
import { toViewer } from './viewer.ts';

/** The viewer of a token; synchronously for one that was verified lately. */
export type VerifyToken = (token: string) => Viewer | Promise<Viewer>;

type Authentication = Config['authentication'];
type TokenIssuer = Authentication['issuers'][number];

interface TrustedIssuer extends TokenIssuer {
  readonly keys: JWTVerifyGetKey;
}

interface VerifiedToken {
  readonly viewer: Viewer;
  /** Then its signature is looked at again: its key may have been withdrawn. */
  readonly rememberedUntilMs: number;
}

/**
 * Verifies JSON Web Tokens (RFC 7519, 8725) of the configured issuers; undefined when there are none.
 * A token is verified once in `jwksCacheMs`, whatever the number of requests that bring it.
 * Rejects with AppError UNAUTHENTICATED for a token that is malformed, forged, expired, or not for
 * this graph; DOWNSTREAM_SERVICE_ERROR when its issuer's keys cannot be had.
 */
export function createTokenVerifier(
  authentication: Authentication,
  now: () => number = Date.now,
): VerifyToken | undefined {
  const { jwksCacheMs, tokensMax } = authentication;
  const issuers = trustIssuers(authentication, now);
  if (issuers.size === 0) return undefined;
  const verified = new LRUCache<string, VerifiedToken>({ max: tokensMax });
  return (token) => {
    const known = verified.get(token);
    if (known !== undefined && now() < known.rememberedUntilMs) return known.viewer;
    return verify(token, issuers, now).then((viewer) => {
      const rememberedUntilMs = Math.min(viewer.expiresAt, now() + jwksCacheMs);
      verified.set(token, { viewer, rememberedUntilMs });
      return viewer;
    });
  };
}

function trustIssuers(
  { issuers, ...times }: Authentication,
  now: () => number,
): ReadonlyMap<string, TrustedIssuer> {
  return new Map(
    issuers.map((one) => {
      const keys = createIssuerKeys({
        jwksUrl: one.jwksUrl,
        timeoutMs: times.jwksTimeoutMs,
        cacheMs: times.jwksCacheMs,
        staleMs: times.jwksStaleMs,
        cooldownMs: times.jwksCooldownMs,
        now,
      });
      return [one.issuer, { ...one, keys }];
    }),
  );
}

async function verify(
  token: string,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  now: () => number,
): Promise<Viewer> {
  const issuer = issuers.get(issuerOf(token));
  if (issuer === undefined) {
    throw new AppError(
      'UNAUTHENTICATED',
      'The token comes from an issuer that is not trusted here',
    );
  }
  try {
    const { payload } = await jwtVerify<{ sub: string; exp: number }>(token, issuer.keys, {
      issuer: issuer.issuer,
      audience: [...issuer.audience],
      algorithms: [...issuer.algorithms],
      clockTolerance: issuer.clockSkewMs / 1_000,
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(now()),
    });
    if (typeof payload.sub !== 'string' || payload.sub === '') {
      throw new errors.JWTInvalid('The subject is empty');
    }
    return toViewer(payload, issuer.clockSkewMs);
  } catch (error) {
    throw toAuthenticationError(error, issuer.issuer);
  }
}

/** Who the token says to come from, unverified: it only chooses the keys and rules to hold it to. */
function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch (error) {
    throw new AppError('UNAUTHENTICATED', 'The token is not a JSON Web Token', { cause: error });
  }
}

function toAuthenticationError(cause: unknown, issuer: string): AppError {
  if (cause instanceof errors.JWTExpired) {
    return new AppError('UNAUTHENTICATED', 'The token has expired: sign in again or refresh it');
  }
  if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'aud') {
    return new AppError('UNAUTHENTICATED', 'The token is meant for another audience', { cause });
  }
  if (cause instanceof errors.JOSEError && cause.code !== errors.JWKSInvalid.code) {
    return new AppError('UNAUTHENTICATED', 'The token is not valid: sign in again', { cause });
  }
  const message = `The keys of token issuer ${issuer} cannot be had`;
  return new AppError('DOWNSTREAM_SERVICE_ERROR', message, { cause });
}
