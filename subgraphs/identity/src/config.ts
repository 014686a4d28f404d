import {
  databaseUrl,
  port,
  readEnvironment,
  type SubgraphConfig,
  sharedEnvironment,
  toSharedConfig,
} from '@plaza/kit/environment';
import { z } from 'zod';

/** Every environment key that identity reads. */
export const environment = z.object({
  ...sharedEnvironment,
  /** PostgreSQL database of identity. */
  IDENTITY_DATABASE_URL: databaseUrl('identity'),
  /** TCP port of identity. */
  IDENTITY_PORT: port(4001),
});

export type IdentityConfig = SubgraphConfig;

/** Settings of identity. Throws StartupError that lists every problem at once. */
export function readIdentityConfig(
  values: Readonly<Record<string, string | undefined>> = process.env,
): IdentityConfig {
  const read = readEnvironment(environment, values);
  const own = { databaseUrl: read.IDENTITY_DATABASE_URL, port: read.IDENTITY_PORT };
  return Object.freeze({ ...toSharedConfig(read), ...own });
}
