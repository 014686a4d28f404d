import {
  databaseUrl,
  port,
  readEnvironment,
  type SubgraphConfig,
  sharedEnvironment,
  toSharedConfig,
} from '@plaza/kit/environment';
import { z } from 'zod';

/** Every environment key that ticketing reads. */
export const environment = z.object({
  ...sharedEnvironment,
  /** Port that ticketing listens on. */
  TICKETING_PORT: port(4002),
  /** Connection URL of ticketing's own database. */
  TICKETING_DATABASE_URL: databaseUrl('ticketing'),
});

/** Ticketing has no settings beyond those of every subgraph. */
export type TicketingConfig = SubgraphConfig;

/** Reads ticketing's settings. Throws StartupError with all problems at once. */
export function readTicketingConfig(
  values: Readonly<Record<string, string | undefined>> = process.env,
): TicketingConfig {
  const read = readEnvironment(environment, values);
  return Object.freeze({
    ...toSharedConfig(read),
    port: read.TICKETING_PORT,
    databaseUrl: read.TICKETING_DATABASE_URL,
  });
}
