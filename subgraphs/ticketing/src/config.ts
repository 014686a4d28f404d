import {
  databaseUrl,
  port,
  readEnvironment,
  type SubgraphConfig,
  sharedEnvironment,
  toSharedConfig,
} from '@plaza/kit/environment';
import { z } from 'zod';

/** Environment keys of ticketing, each with its default. */
export const ticketingEnvironment = z.object({
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
  environment: Readonly<Record<string, string | undefined>> = process.env,
): TicketingConfig {
  const values = readEnvironment(ticketingEnvironment, environment);
  return Object.freeze({
    ...toSharedConfig(values),
    port: values.TICKETING_PORT,
    databaseUrl: values.TICKETING_DATABASE_URL,
  });
}
