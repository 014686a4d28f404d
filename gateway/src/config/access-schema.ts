import { z } from 'zod';
import { count, milliseconds } from './number-options.ts';
import { httpUrl } from './url-options.ts';

/** Signature algorithms with a public key (RFC 7518, section 3.1; RFC 8037): never `none` or HMAC. */
const signatureAlgorithms = [
  'EdDSA',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const;

const tokenIssuer = z.strictObject({
  issuer: z.string().min(1, 'is empty').max(1_000).describe('The iss of its tokens.'),
  jwksUrl: httpUrl.describe('Where it publishes its public keys as a JSON Web Key Set.'),
  audience: z
    .array(z.string().min(1))
    .min(1)
    .max(100)
    .describe('A token is for this graph when its aud names one of these.'),
  algorithms: z
    .array(z.enum(signatureAlgorithms))
    .min(1)
    .max(signatureAlgorithms.length)
    .default(['EdDSA', 'ES256', 'PS256', 'RS256'])
    .describe('Signature algorithms that are accepted, whatever a token says.'),
  clockSkewMs: milliseconds({ min: 0, max: 600_000 })
    .default(5_000)
    .describe('How far its clock and this one may differ, in milliseconds.'),
});

/** Who sends a request. */
export const authentication = z.strictObject({
  issuers: z
    .array(tokenIssuer)
    .max(100)
    .refine(
      (all) => new Set(all.map(({ issuer }) => issuer)).size === all.length,
      'names an issuer twice',
    )
    .default([])
    .describe(
      'Whose tokens are trusted to say who somebody is. Empty: tokens are forwarded unverified.',
    ),
  jwksTimeoutMs: milliseconds({ min: 1, max: 60_000 })
    .default(3_000)
    .describe('Deadline of one fetch of public keys, in milliseconds.'),
  jwksCacheMs: milliseconds({ min: 1_000, max: 86_400_000 })
    .default(600_000)
    .describe('Age at which keys are fetched anew and tokens verified again, in milliseconds.'),
  jwksStaleMs: milliseconds({ min: 1_000, max: 604_800_000 })
    .default(86_400_000)
    .describe('How long keys serve while their issuer is away, in milliseconds.'),
  jwksCooldownMs: milliseconds({ min: 100, max: 3_600_000 })
    .default(30_000)
    .describe('Least time between two fetches because of unknown key ids, in milliseconds.'),
  tokensMax: count(1_000_000).default(10_000).describe('Verified tokens that are remembered.'),
});

/** What becomes of what a viewer may not see. */
export const authorization = z.strictObject({
  unauthorizedFields: z
    .enum(['refuse', 'nullify'])
    .default('refuse')
    .describe('refuse: the whole operation. nullify: each such field, with an error at its path.'),
});
