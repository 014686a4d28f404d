import { createUuidV7 } from '@plaza/kit/uuid';
import { roleScopes } from '@plaza/schema/scopes';
import { SignJWT } from 'jose';
import type { IdentityConfig } from '../config.ts';
import type { SigningKeys } from '../signing-key/signing-keys.ts';
import type { UserRow } from '../user/user.service.ts';

/** How long a token is good for: nobody can take it back before. */
const tokenLifetimeMs = 15 * 60_000;

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresAt: Date;
}

export type IssueToken = (user: Pick<UserRow, 'id' | 'roles'>) => Promise<IssuedToken>;

/** Signs access tokens (RFC 9068) that carry a user's roles and the scopes that these stand for. */
export function createTokenIssuer(
  { active }: SigningKeys,
  { tokenIssuer, tokenAudience }: Pick<IdentityConfig, 'tokenIssuer' | 'tokenAudience'>,
  now: () => number = Date.now,
): IssueToken {
  return async ({ id, roles }) => {
    const issuedAtS = Math.floor(now() / 1_000);
    const expiresAtS = issuedAtS + tokenLifetimeMs / 1_000;
    const scopes = new Set(roles.flatMap((role) => roleScopes[role]));
    const accessToken = await new SignJWT({ roles, scope: [...scopes].join(' ') })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: active.id })
      .setIssuer(tokenIssuer)
      .setAudience(tokenAudience)
      .setSubject(id)
      .setJti(createUuidV7())
      .setIssuedAt(issuedAtS)
      .setExpirationTime(expiresAtS)
      .sign(active.privateKey);
    return { accessToken, expiresAt: new Date(expiresAtS * 1_000) };
  };
}
