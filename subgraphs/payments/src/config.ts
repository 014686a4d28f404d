import {
  databaseUrl,
  port,
  readEnvironment,
  type SubgraphConfig,
  sharedEnvironment,
  toSharedConfig,
} from '@plaza/kit/environment';
import { z } from 'zod';

/** Every environment key that payments reads. */
export const environment = z.object({
  ...sharedEnvironment,
  /** PostgreSQL database of payments. */
  PAYMENTS_DATABASE_URL: databaseUrl('payments'),
  /** TCP port of payments. */
  PAYMENTS_PORT: port(4003),
});

export type PaymentsConfig = SubgraphConfig;

/** Settings of payments. Throws StartupError that lists every problem at once. */
export function readPaymentsConfig(
  values: Readonly<Record<string, string | undefined>> = process.env,
): PaymentsConfig {
  const read = readEnvironment(environment, values);
  const own = { databaseUrl: read.PAYMENTS_DATABASE_URL, port: read.PAYMENTS_PORT };
  return Object.freeze({ ...toSharedConfig(read), ...own });
}
