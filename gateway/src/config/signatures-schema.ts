import { z } from 'zod';
import { milliseconds } from './number-options.ts';

const options = z.strictObject({
  keyId: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'must be letters, digits, ., - and _')
    .optional()
    .describe('Names the key to the subgraphs. Default: nothing is signed.'),
  algorithm: z
    .enum(['hmac-sha256', 'ed25519'])
    .default('hmac-sha256')
    .describe(
      'hmac-sha256: by `secret`. ed25519: by `privateKeyFile`; subgraphs cannot sign then.',
    ),
  secret: z
    .string()
    .min(32, 'must have at least 32 characters')
    .max(1_000)
    .optional()
    .describe('Shared with the subgraphs, for hmac-sha256.'),
  privateKeyFile: z
    .string()
    .min(1)
    .optional()
    .describe('PEM file of the private key, for ed25519; relative to the configuration file.'),
  validMs: milliseconds({ min: 1_000, max: 600_000 })
    .default(30_000)
    .describe('How long a signature is good, in milliseconds, rounded up to seconds.'),
});

/** By which subgraphs know that a call comes from the gateway. */
export const signaturesSchema = options.superRefine((given, context) => {
  const { keyId, algorithm, secret, privateKeyFile } = given;
  const [needed, other] =
    algorithm === 'hmac-sha256'
      ? (['secret', 'privateKeyFile'] as const)
      : (['privateKeyFile', 'secret'] as const);
  const complain = (key: keyof typeof given, message: string): void =>
    context.addIssue({ code: 'custom', path: [key], message });
  if (given[other] !== undefined) complain(other, `is not for ${algorithm}`);
  if (keyId === undefined && (secret ?? privateKeyFile) !== undefined) {
    complain('keyId', 'is missing: it names the key to the subgraphs');
  }
  if (keyId !== undefined && given[needed] === undefined) {
    complain(needed, `is missing: ${algorithm} needs it`);
  }
});
