import { migrateDatabase } from '@plaza/prisma/migrate';
import { migrationsFolderOf } from '@plaza/prisma/migrations-folder';
import { logFields } from '@plaza/schema/log-fields';
import { pino } from 'pino';
import type { SubgraphConfig } from './environment.ts';

/**
 * Brings a subgraph's database up to date, with no demo data; several at once take turns. Throws
 * StartupError when the server is away or a migration cannot be applied.
 */
export async function migrateSubgraph(
  name: string,
  config: Pick<SubgraphConfig, 'databaseUrl' | 'logLevel'>,
): Promise<void> {
  const log = pino({ level: config.logLevel, base: null });
  const migrationsFolder = migrationsFolderOf(name);
  const applied = await migrateDatabase({ url: config.databaseUrl, migrationsFolder });
  log.info({ [logFields.subgraph]: name, 'migrations.applied': applied }, 'database is up to date');
}
