import { createUuidV7 } from '@plaza/kit/uuid';
import { roleScopes } from '@plaza/schema/scopes';
import { SignJWT } from 'jose';
import type { IdentityConfig } from '../config.ts';
import { tokenLifetimeMs } from '../signing-key/key-schedule.ts';
import type { SigningKeyRing } from '../signing-key/signing-key-ring.ts';
import type { UserRow } from '../user/user.service.ts';

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresAt: Date;
}

export interface TokenSubject {
  readonly user: Pick<UserRow, 'id' | 'roles'>;
  readonly sessionId: string;
}

export type IssueToken = (subject: TokenSubject) => Promise<IssuedToken>;

/** Signs access tokens (RFC 9068) that carry a user's roles, the scopes that these stand for, and the session. */
export function createTokenIssuer(
  keys: Pick<SigningKeyRing, 'activeKey'>,
  { tokenIssuer, tokenAudience }: Pick<IdentityConfig, 'tokenIssuer' | 'tokenAudience'>,
  now: () => number,
): IssueToken {
  return async ({ user: { id, roles }, sessionId }) => {
    const issuedAtS = Math.floor(now() / 1_000);
    const expiresAtS = issuedAtS + tokenLifetimeMs / 1_000;
    const scopes = new Set(roles.flatMap((role) => roleScopes[role]));
    const active = await keys.activeKey();
    const accessToken = await new SignJWT({ roles, scope: [...scopes].join(' '), sid: sessionId })
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
