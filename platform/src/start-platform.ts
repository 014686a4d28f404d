import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeSubgraphs } from '@plaza/gateway/compose-subgraphs';
import type { RunningSubgraph } from '@plaza/kit/start-subgraph';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@plaza/prisma/embedded-postgres';
import { migrateDatabase } from '@plaza/prisma/migrate';
import { migrationsFolderOf } from '@plaza/prisma/migrations-folder';
import { pino } from 'pino';
import type { PlatformConfig } from './config.ts';
import { exampleOperations } from './example-operations.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';
import { ensurePortsFree } from './ports.ts';
import { showStep } from './progress.ts';
import { type PlatformSubgraph, platformSubgraphs } from './subgraphs.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Platform extends AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly subgraphs: readonly RunningSubgraph[];
  /** Resolves with the reason when a part ends by itself. */
  readonly failed: Promise<string>;
}

/**
 * Starts database, subgraphs and gateway, one after the other, showing each step. Whatever was
 * started is stopped again when a later step fails (StartupError) or `stopped` resolves meanwhile;
 * then the result is undefined.
 */
export async function startPlatform(
  config: PlatformConfig,
  stopped: Promise<unknown>,
): Promise<Platform | undefined> {
  await using resources = new AsyncDisposableStack();
  let isStopping = false;
  void stopped.then(() => {
    isStopping = true;
  });
  await ensurePortsFree(wantedPorts(config));
  const databases = await prepareDatabases(config, resources);
  if (isStopping) return undefined;
  const subgraphs = await showStep('Subgraphs', () =>
    startSubgraphs(databases.environment, config.logLevel, resources),
  );
  if (isStopping) return undefined;
  const gateway = await showStep('Gateway', () => startGateway(config, subgraphs));
  resources.defer(() => gateway.stop());
  if (isStopping) return undefined;
  const failed = Promise.race([
    gateway.exited.then((code) => `the gateway ended with code ${code}`),
    databases.ended.then(() => 'the embedded database ended'),
  ]);
  const open = resources.move();
  return { gateway, subgraphs, failed, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

function wantedPorts(config: PlatformConfig) {
  const subgraphPorts = platformSubgraphs.map(({ readConfig, portVariable }) => ({
    port: readConfig(config.environment).port,
    variable: portVariable,
  }));
  return [{ port: config.gatewayPort, variable: 'PLAZA_PORT' }, ...subgraphPorts];
}

interface Databases {
  /** Names every database. */
  readonly environment: Environment;
  /** Resolves when the embedded server ends. */
  readonly ended: Promise<unknown>;
}

/** Every database exists, is migrated and has data. */
async function prepareDatabases(
  config: PlatformConfig,
  resources: AsyncDisposableStack,
): Promise<Databases> {
  const onOwnServer = ({ databaseUrlVariable }: PlatformSubgraph): boolean =>
    (config.environment[databaseUrlVariable] ?? '') !== '';
  let embedded: EmbeddedPostgres | undefined;
  if (!platformSubgraphs.every(onOwnServer)) {
    embedded = await showStep('PostgreSQL (embedded)', () => startDatabaseServer(config));
    resources.use(embedded);
  }
  const environment: Record<string, string | undefined> = { ...config.environment };
  for (const subgraph of platformSubgraphs) {
    if (embedded === undefined || onOwnServer(subgraph)) continue;
    environment[subgraph.databaseUrlVariable] = embedded.databaseUrl(subgraph.name);
  }
  const log = pino({ level: config.logLevel, base: null });
  await showStep('Databases migrated', () =>
    Promise.all(platformSubgraphs.map((subgraph) => migrate(subgraph, environment))),
  );
  await showStep('Demo data', () =>
    Promise.all(platformSubgraphs.map((subgraph) => subgraph.seed(environment, log))),
  );
  return { environment, ended: embedded?.exited ?? new Promise(() => undefined) };
}

function startDatabaseServer(config: PlatformConfig): Promise<EmbeddedPostgres> {
  const { dataFolder: folder, postgresPort: preferredPort } = config;
  return startEmbeddedPostgres({ folder, preferredPort, durable: true });
}

async function migrate(subgraph: PlatformSubgraph, environment: Environment): Promise<void> {
  const { databaseUrl: url } = subgraph.readConfig(environment);
  await migrateDatabase({ url, migrationsFolder: migrationsFolderOf(subgraph.name) });
}

async function startSubgraphs(
  environment: Environment,
  logLevel: string,
  resources: AsyncDisposableStack,
): Promise<RunningSubgraph[]> {
  const log = pino({ level: logLevel, base: null });
  const identity = platformSubgraphs.find(({ name }) => name === 'identity');
  const identityPort = identity?.readConfig(environment).port;
  const JWKS_URL = environment.JWKS_URL ?? `http://127.0.0.1:${identityPort}/.well-known/jwks.json`;
  return Promise.all(
    platformSubgraphs.map(async (subgraph) => {
      const running = await subgraph.start({ ...environment, JWKS_URL }, log);
      resources.defer(() => running.close());
      return running;
    }),
  );
}

async function startGateway(
  config: PlatformConfig,
  subgraphs: readonly RunningSubgraph[],
): Promise<GatewayProcess> {
  mkdirSync(config.dataFolder, { recursive: true });
  const supergraphFile = join(config.dataFolder, 'supergraph.graphql');
  const configFile = join(config.dataFolder, 'gateway.yaml');
  writeFileSync(supergraphFile, composeSubgraphs(subgraphs));
  const gatewayConfig = {
    headers: { forward: ['authorization', 'accept-language'] },
    explorer: { title: 'Plaza', examples: exampleOperations },
  };
  writeFileSync(configFile, `${JSON.stringify(gatewayConfig, null, 2)}\n`); // JSON is YAML
  const { gatewayPort: port, logLevel } = config;
  return startGatewayProcess({ supergraphFile, configFile, port, logLevel });
}
