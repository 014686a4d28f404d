import { StartupError } from '@plaza/prisma/startup-error';
import { logFields } from '@plaza/schema/log-fields';
import { type Logger, pino } from 'pino';
import { createDatabaseAdapter } from './database.ts';
import type { SubgraphConfig } from './environment.ts';
import type { SubgraphContext, SubgraphDefinition } from './subgraph.ts';

/**
 * Puts the demo data of a subgraph into its migrated database; a second run changes nothing. Throws
 * StartupError in production, where accounts with known passwords must not exist.
 */
export async function seedSubgraph<Config extends SubgraphConfig, Context extends SubgraphContext>(
  definition: SubgraphDefinition<Config, Context>,
  config: Config,
  parentLog?: Logger,
): Promise<void> {
  const { name, seed } = definition;
  if (config.isProduction) {
    throw new StartupError(`Demo data of ${name} are refused while NODE_ENV is production.`);
  }
  const log = (parentLog ?? pino({ level: config.logLevel, base: null })).child({
    [logFields.subgraph]: name,
  });
  await seed?.({ config, adapter: createDatabaseAdapter(name, config), log });
}
