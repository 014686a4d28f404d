import { z } from 'zod';
import { headerName } from './header-options.ts';
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

const apiKeys = z.strictObject({
  verifyUrl: httpUrl
    .optional()
    .describe('Where keys are verified, by POST. Default: nowhere, and no key is looked at.'),
  secret: z
    .string()
    .min(16, 'must have at least 16 characters')
    .max(1_000)
    .optional()
    .describe('Sent there as a bearer token, so that nobody else can try keys.'),
  header: headerName
    .refine((name) => name !== 'authorization', 'is where tokens are')
    .default('x-api-key')
    .describe('Header in which clients send their key.'),
  timeoutMs: milliseconds({ min: 1, max: 60_000 })
    .default(2_000)
    .describe('Deadline of one verification, in milliseconds.'),
  cacheMs: milliseconds({ min: 0, max: 300_000 })
    .default(4_000)
    .describe(
      'How long an answer serves, in milliseconds; it is renewed in half of that while the key is in ' +
        'use. A revoked key is refused after this time at the latest.',
    ),
  staleMs: milliseconds({ min: 0, max: 86_400_000 })
    .default(60_000)
    .describe(
      'How old the last good answer about a key may be while nobody answers, in milliseconds. Only ' +
        'then a revoked key may serve longer than cacheMs. 0: never.',
    ),
  entriesMax: count(1_000_000)
    .default(10_000)
    .describe('Good keys that are remembered, by their SHA-256; as many refused ones besides.'),
  callsMax: count(10_000)
    .default(100)
    .describe('Verifications under way from which on unknown keys have to wait their turn.'),
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
  apiKeys: apiKeys.prefault({}).describe('Keys by which partners say who they are.'),
});

const policies = z
  .strictObject({
    module: z
      .string()
      .min(1)
      .optional()
      .describe(
        'ES module that exports functions by the names of their policies. In a configuration file, ' +
          'relative to that file.',
      ),
    url: httpUrl.optional().describe('Or where policies are decided, by POST.'),
    secret: z
      .string()
      .min(16, 'must have at least 16 characters')
      .max(1_000)
      .optional()
      .describe('Sent there as a bearer token.'),
    timeoutMs: milliseconds({ min: 1, max: 60_000 })
      .default(1_000)
      .describe('Deadline of one decision, in milliseconds; then it is refused.'),
    cacheMs: milliseconds({ min: 0, max: 600_000 })
      .default(5_000)
      .describe('How long a decision of the service serves, in milliseconds. 0: it is asked anew.'),
    entriesMax: count(1_000_000)
      .default(10_000)
      .describe('Decisions of the service that are remembered, one for each viewer and policy.'),
  })
  .refine(({ module, url }) => module === undefined || url === undefined, {
    path: ['url'],
    message: 'is one too many: there is a module',
  });

/** What becomes of what a viewer may not see. */
export const authorization = z.strictObject({
  unauthorizedFields: z
    .enum(['refuse', 'nullify'])
    .default('refuse')
    .describe('refuse: the whole operation. nullify: each such field, with an error at its path.'),
  policies: policies.prefault({}).describe('Who decides @policy. Nobody: such fields are refused.'),
});
