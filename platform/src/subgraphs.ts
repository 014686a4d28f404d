import { readIdentityConfig } from '@plaza/identity/config';
import { identitySubgraph } from '@plaza/identity/subgraph';
import type { SubgraphConfig } from '@plaza/kit/environment';
import { seedSubgraph } from '@plaza/kit/seed-subgraph';
import { type RunningSubgraph, startSubgraph } from '@plaza/kit/start-subgraph';
import type { SubgraphContext, SubgraphDefinition } from '@plaza/kit/subgraph';
import { readPaymentsConfig } from '@plaza/payments/config';
import { paymentsSubgraph } from '@plaza/payments/subgraph';
import { readTicketingConfig } from '@plaza/ticketing/config';
import { ticketingSubgraph } from '@plaza/ticketing/subgraph';
import type { Logger } from 'pino';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One subgraph as the launcher sees it. */
export interface PlatformSubgraph {
  readonly name: string;
  /** Environment variables that move it. */
  readonly databaseUrlVariable: string;
  readonly portVariable: string;
  /** Reads its own configuration from the environment given. Throws StartupError. */
  readonly readConfig: (environment: Environment) => SubgraphConfig;
  readonly start: (environment: Environment, log: Logger) => Promise<RunningSubgraph>;
  /** Emitted schema, without starting anything. */
  readonly printSdl: () => Promise<string>;
  /** Fills an empty database with demo data; does nothing to one that has them. */
  readonly seed: (environment: Environment, log: Logger) => Promise<void>;
}

function describe<Config extends SubgraphConfig, Context extends SubgraphContext>(
  definition: SubgraphDefinition<Config, Context>,
  readConfig: (environment: Environment) => Config,
): PlatformSubgraph {
  const prefix = definition.name.toUpperCase();
  return {
    name: definition.name,
    databaseUrlVariable: `${prefix}_DATABASE_URL`,
    portVariable: `${prefix}_PORT`,
    readConfig,
    start: (environment, log) => startSubgraph(definition, readConfig(environment), log),
    printSdl: async () => (await definition.buildSchema()).sdl,
    seed: (environment, log) => seedSubgraph(definition, readConfig(environment), log),
  };
}

/** Every subgraph of the platform. A new one is one line here. */
export const platformSubgraphs: readonly PlatformSubgraph[] = [
  describe(identitySubgraph, readIdentityConfig),
  describe(ticketingSubgraph, readTicketingConfig),
  describe(paymentsSubgraph, readPaymentsConfig),
];
