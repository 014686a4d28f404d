import { type Role, roleScopes, type Scope } from '@plaza/schema/scopes';
import { generateKeyPair, type JWTVerifyGetKey, SignJWT } from 'jose';

const keyId = 'test-key';

/** Who a test asks as: a user with roles, and the scopes that these carry unless named. */
export interface TestViewer {
  readonly userId: string;
  readonly role?: Role;
  readonly scopes?: readonly Scope[];
}

export interface TestTokens {
  sign(viewer: TestViewer, changes?: TokenChanges): Promise<string>;
  /** Knows the test's key and falls back to the subgraph's own. */
  withKeys(own: JWTVerifyGetKey | undefined): JWTVerifyGetKey;
}

/** What a test makes wrong in a token. */
export interface TokenChanges {
  readonly issuer?: string;
  readonly audience?: string;
  /** Seconds from now, negative for an expired token. */
  readonly expiresInS?: number;
}

/** Signs real tokens with a key of its own, under the rules that the subgraph verifies. */
export async function createTestTokens(rules: {
  readonly issuer: string;
  readonly audience: string;
}): Promise<TestTokens> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA');
  return {
    sign({ userId, role = 'CUSTOMER', scopes = roleScopes[role] }, changes = {}) {
      const { issuer, audience, expiresInS = 900 } = { ...rules, ...changes };
      return new SignJWT({ roles: [role], scope: scopes.join(' ') })
        .setProtectedHeader({ alg: 'EdDSA', kid: keyId })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInS)
        .sign(privateKey);
    },
    withKeys(own) {
      return async (header, token) => {
        if (header.kid === keyId) return publicKey;
        if (own === undefined) throw new Error('The test has no such key');
        return own(header, token);
      };
    },
  };
}
