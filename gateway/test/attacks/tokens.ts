import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { SigningKey } from '../identity-kit/token-issuer.ts';
import { signToken } from '../identity-kit/token-issuer.ts';

/** Forges the value of an `authorization` header that must be UNAUTHENTICATED. */
export interface TokenAttack {
  readonly what: string;
  readonly forge: (key: SigningKey) => Promise<string> | string;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const good = () => ({
  iss: 'https://id.test',
  aud: 'graph',
  sub: 'mallory',
  exp: Math.floor(Date.now() / 1_000) + 600,
});

/** A token whose signature is made by whoever forges it. */
function forged(header: object, signature: (signed: string) => string, claims: object = good()) {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `Bearer ${signed}.${signature(signed)}`;
}

const bearer = async (token: Promise<string>): Promise<string> => `Bearer ${await token}`;

const own = generateKeyPairSync('ed25519');
const signedByOwnKey = (signed: string): string =>
  sign(null, Buffer.from(signed), own.privateKey).toString('base64url');
const ownJwk = own.publicKey.export({ format: 'jwk' });

export const tokenAttacks: readonly TokenAttack[] = [
  { what: 'algorithm none', forge: ({ id }) => forged({ alg: 'none', kid: id }, () => '') },
  { what: 'algorithm NoNe', forge: ({ id }) => forged({ alg: 'NoNe', kid: id }, () => '') },
  {
    what: 'an HMAC with the public key as its secret',
    forge: ({ id, publicKey }) =>
      forged({ alg: 'HS256', kid: id }, (signed) =>
        createHmac('sha256', JSON.stringify(publicKey)).update(signed).digest('base64url'),
      ),
  },
  {
    what: 'an HMAC with the bytes of the public key as its secret',
    forge: ({ id, publicKey }) =>
      forged({ alg: 'HS256', kid: id }, (signed) =>
        createHmac('sha256', Buffer.from(String(publicKey.x), 'base64url'))
          .update(signed)
          .digest('base64url'),
      ),
  },
  {
    what: 'a key of the attacker under the known id',
    forge: ({ id }) => forged({ alg: 'EdDSA', kid: id }, signedByOwnKey),
  },
  {
    what: 'a key that the token brings along',
    forge: ({ id }) => forged({ alg: 'EdDSA', kid: id, jwk: ownJwk }, signedByOwnKey),
  },
  {
    what: 'a key from an address in the token',
    forge: () =>
      forged({ alg: 'EdDSA', kid: 'evil', jku: 'http://127.0.0.1:9/jwks.json' }, signedByOwnKey),
  },
  {
    what: 'a certificate from an address in the token',
    forge: () => forged({ alg: 'EdDSA', x5u: 'http://127.0.0.1:9/evil.pem' }, signedByOwnKey),
  },
  {
    what: 'a key id that is a path',
    forge: () => forged({ alg: 'EdDSA', kid: '../../../../dev/null' }, signedByOwnKey),
  },
  {
    what: 'a key id that is a prototype',
    forge: () => forged({ alg: 'EdDSA', kid: '__proto__' }, signedByOwnKey),
  },
  {
    what: 'another issuer',
    forge: (key) => bearer(signToken(key, { claims: { iss: 'https://evil.test' } })),
  },
  { what: 'no issuer', forge: (key) => bearer(signToken(key, { claims: { iss: undefined } })) },
  {
    what: 'another audience',
    forge: (key) => bearer(signToken(key, { claims: { aud: 'other' } })),
  },
  { what: 'no subject', forge: (key) => bearer(signToken(key, { claims: { sub: undefined } })) },
  {
    what: 'an end that has passed',
    forge: (key) => bearer(signToken(key, { expiresAt: Date.now() - 60_000 })),
  },
  { what: 'no end', forge: (key) => bearer(signToken(key, { claims: { exp: undefined } })) },
  {
    what: 'an end that is text',
    forge: (key) => bearer(signToken(key, { claims: { exp: 'never' } })),
  },
  {
    what: 'a beginning to come',
    forge: (key) =>
      bearer(signToken(key, { claims: { nbf: Math.floor(Date.now() / 1_000) + 3_600 } })),
  },
  {
    what: 'an extension that must be understood',
    forge: (key) => bearer(signToken(key, { header: { crit: ['urgent'], urgent: true } as never })),
  },
  {
    what: 'other claims under a good signature',
    forge: async (key) => {
      const [header, , signature] = (await signToken(key)).split('.');
      return `Bearer ${header}.${encode({ ...good(), sub: 'admin' })}.${signature}`;
    },
  },
  {
    what: 'half a signature',
    forge: async (key) => `Bearer ${(await signToken(key)).slice(0, -20)}`,
  },
  {
    what: 'two tokens',
    forge: async (key) => `Bearer ${await signToken(key)}, Bearer ${await signToken(key)}`,
  },
  { what: 'a token of eight kilobytes', forge: () => `Bearer ${'e'.repeat(8_200)}` },
  { what: 'JSON for a token', forge: () => 'Bearer {"sub":"admin"}' },
  { what: 'a password', forge: () => 'Basic YWRtaW46YWRtaW4=' },
];
