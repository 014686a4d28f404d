import { type EmbeddedPostgres, startEmbeddedPostgres } from '@plaza/prisma/embedded-postgres';
import { migrateDatabase } from '@plaza/prisma/migrate';
import { migrationsFolderOf } from '@plaza/prisma/migrations-folder';
import type { Logger } from 'pino';
import type { PlatformConfig } from './config.ts';
import { showStep } from './progress.ts';
import { type Environment, platformSubgraphs } from './subgraphs.ts';

export interface Databases {
  /** Names every database, the message bus and the pub-sub. */
  readonly environment: Environment;
  /** Resolves when the embedded server ends. */
  readonly ended: Promise<unknown>;
}

/**
 * Every database exists, is migrated and has demo data. What the environment gives no URL for is on
 * the embedded server, which is started only if something is.
 */
export async function prepareDatabases(
  config: PlatformConfig,
  log: Logger,
  resources: AsyncDisposableStack,
): Promise<Databases> {
  const environment: Record<string, string | undefined> = { ...config.environment };
  environment.MESSAGE_BUS_URL ??= environment.RABBITMQ_URL;
  environment.PUB_SUB_URL ??= environment.REDIS_URL;
  const embeddedNames = new Map([
    ['MESSAGE_BUS_URL', 'message_bus'],
    ['PUB_SUB_URL', 'message_bus'],
    ...platformSubgraphs.map(
      ({ databaseUrlVariable, name }) => [databaseUrlVariable, name] as const,
    ),
  ]);
  const wanting = [...embeddedNames].filter(([variable]) => (environment[variable] ?? '') === '');
  let embedded: EmbeddedPostgres | undefined;
  if (wanting.length > 0) {
    embedded = await showStep('PostgreSQL (embedded)', () =>
      startEmbeddedPostgres({
        folder: config.dataFolder,
        preferredPort: config.postgresPort,
        durable: true,
      }),
    );
    resources.use(embedded);
    for (const [variable, name] of wanting) environment[variable] = embedded.databaseUrl(name);
  }
  await showStep('Databases migrated', () => Promise.all(platformSubgraphs.map(migrate)));
  await showStep('Demo data', () =>
    Promise.all(platformSubgraphs.map((subgraph) => subgraph.seed(environment, log))),
  );
  return { environment, ended: embedded?.exited ?? new Promise(() => undefined) };

  async function migrate({ name, readConfig }: (typeof platformSubgraphs)[number]): Promise<void> {
    const { databaseUrl: url } = readConfig(environment);
    await migrateDatabase({ url, migrationsFolder: migrationsFolderOf(name) });
  }
}
