import type { AddressInfo } from 'node:net';
import { logFields } from '@plaza/schema/log-fields';
import { type Logger, pino } from 'pino';
import { createAuthenticator, createRemoteKeys } from './auth/authenticator.ts';
import { createDatabaseAdapter } from './database.ts';
import type { SubgraphConfig } from './environment.ts';
import { openSubgraph } from './open-subgraph.ts';
import { createServer } from './server/create-server.ts';
import type { SubgraphContext, SubgraphDefinition } from './subgraph.ts';
import { SubgraphTracing } from './tracing/subgraph-tracing.ts';

/** How long open requests may take to finish after a signal to stop. */
const closeTimeoutMs = 10_000;

export interface RunningSubgraph {
  readonly name: string;
  /** URL of its GraphQL endpoint. */
  readonly url: string;
  readonly sdl: string;
  /** Finishes open requests and work under way, then gives back port and connections. */
  close(): Promise<void>;
}

/** Starts a subgraph on a migrated database. One process may start several. */
export async function startSubgraph<Config extends SubgraphConfig, Context extends SubgraphContext>(
  definition: SubgraphDefinition<Config, Context>,
  config: Config,
  parentLog?: Logger,
): Promise<RunningSubgraph> {
  const { name } = definition;
  const log = (parentLog ?? pino({ level: config.logLevel, base: null })).child({
    [logFields.subgraph]: name,
  });
  const schema = await definition.buildSchema();
  const tracing = await SubgraphTracing.open(name, config.otlpEndpoint);
  const adapter = createDatabaseAdapter(name, config);
  const running = await openSubgraph(definition, { config, adapter, log }, tracing);
  const { opened } = running;
  const close = async () => {
    await app?.close();
    await running.close();
    await tracing?.[Symbol.asyncDispose]();
  };
  const keys = opened.keys ?? createRemoteKeys(config);
  const rules = { issuer: config.tokenIssuer, audience: config.tokenAudience };
  const authenticate = createAuthenticator(keys, rules);
  const app = await createServer({
    name: definition.name,
    config,
    log,
    schema,
    opened,
    authenticate,
    tracing,
  });
  try {
    await running.startWork();
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  const url = `http://${config.host}:${port}/graphql`;
  log.info({ 'url.full': url }, 'subgraph started');
  return { name, url, sdl: schema.sdl, close };
}

/** Runs one subgraph as the whole process: SIGTERM and SIGINT close it, open requests first. */
export async function runSubgraph(start: () => Promise<RunningSubgraph>): Promise<void> {
  try {
    const subgraph = await start();
    const stop = () => {
      setTimeout(() => process.exit(1), closeTimeoutMs).unref();
      void subgraph.close().then(() => process.exit(0));
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
