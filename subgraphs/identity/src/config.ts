import {
  databaseUrl,
  port,
  readEnvironment,
  type SubgraphConfig,
  sharedEnvironment,
  toSharedConfig,
} from '@plaza/kit/environment';
import { z } from 'zod';

const encryptionKeyBytes = 32;
const serviceTokenLengthMin = 32;

/** Every environment key that identity reads. */
export const environment = z.object({
  ...sharedEnvironment,
  /** PostgreSQL database of identity. */
  IDENTITY_DATABASE_URL: databaseUrl('identity'),
  /** TCP port of identity. */
  IDENTITY_PORT: port(4001),
  /** Encrypts private signing keys in the database: 32 bytes in base64; stored plain without. */
  IDENTITY_KEY_ENCRYPTION_KEY: z
    .string()
    .default('')
    .transform((text) => (text === '' ? undefined : Buffer.from(text, 'base64')))
    .refine((key) => key === undefined || key.length === encryptionKeyBytes, {
      error: `must be ${encryptionKeyBytes} bytes in base64 (openssl rand -base64 32)`,
    }),
  /** Bearer token of gateways that verify partners' API keys; their route is closed without. */
  IDENTITY_SERVICE_TOKEN: z
    .string()
    .default('')
    .transform((text) => (text === '' ? undefined : text))
    .refine((token) => token === undefined || token.length >= serviceTokenLengthMin, {
      error: `must have at least ${serviceTokenLengthMin} characters (openssl rand -base64 32)`,
    }),
  /** Header in which a gateway in front overwrites the client's address; log-ins count by account alone without. */
  IDENTITY_CLIENT_ADDRESS_HEADER: z
    .string()
    .default('')
    .transform((text) => (text === '' ? undefined : text.toLowerCase())),
});

export interface IdentityConfig extends SubgraphConfig {
  readonly keyEncryptionKey: Uint8Array | undefined;
  readonly serviceToken: string | undefined;
  /** In lower case. */
  readonly clientAddressHeader: string | undefined;
}

/** Settings of identity. Throws StartupError that lists every problem at once. */
export function readIdentityConfig(
  values: Readonly<Record<string, string | undefined>> = process.env,
): IdentityConfig {
  const read = readEnvironment(environment, values);
  const own = {
    databaseUrl: read.IDENTITY_DATABASE_URL,
    port: read.IDENTITY_PORT,
    keyEncryptionKey: read.IDENTITY_KEY_ENCRYPTION_KEY,
    serviceToken: read.IDENTITY_SERVICE_TOKEN,
    clientAddressHeader: read.IDENTITY_CLIENT_ADDRESS_HEADER,
  };
  return Object.freeze({ ...toSharedConfig(read), ...own });
}
