import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { createTestDatabase } from '@plaza/prisma/test-database';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { type Logger, pino } from 'pino';
import { createAuthenticator } from '../auth/authenticator.ts';
import { createDatabaseAdapter } from '../database.ts';
import type { SubgraphConfig } from '../environment.ts';
import { noMessaging } from '../messaging/messaging.ts';
import { openSubgraph } from '../open-subgraph.ts';
import { createServer } from '../server/create-server.ts';
import type { SubgraphContext, SubgraphDefinition } from '../subgraph.ts';
import { SubgraphTracing } from '../tracing/subgraph-tracing.ts';
import { traceQueries } from '../tracing/trace-queries.ts';
import { observeQueries } from './observe-queries.ts';
import { createTestBus, createTestMessaging, type TestMessaging } from './test-messaging.ts';
import { createTestTokens, type TestTokens, type TestViewer } from './test-tokens.ts';

export interface TestOperation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly traceparent?: string;
  /** Signs a token for this person; anonymous without. */
  readonly viewer?: TestViewer;
  /** A token as it is, instead of `viewer`. */
  readonly token?: string;
}

export interface TestResult {
  // The shape of data is the test's own query; assertions narrow it.
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields its query selects
  readonly data: any;
  readonly errors: GraphQLFormattedError[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

export interface TestSubgraph<Config extends SubgraphConfig> extends AsyncDisposable {
  readonly config: Config;
  readonly sdl: string;
  /** The server, for `app.inject` of anything but an operation. */
  readonly app: FastifyInstance;
  readonly tokens: TestTokens;
  /** SQL of the queries so far; empty it before the part that counts. */
  readonly queries: string[];
  /** Log lines so far, as JSON text. */
  readonly logLines: string[];
  /** What other subgraphs would send and hear; for a definition with `usesMessages`. */
  readonly messaging: TestMessaging;
  /** Runs one operation over HTTP without a port. */
  execute(operation: TestOperation): Promise<TestResult>;
  /** Resolves entities as the gateway would; `selection` stands in `... on <typename> { }`. */
  resolveEntities(
    representations: readonly ({ readonly __typename: string } & Record<string, unknown>)[],
    selection: string,
    viewer?: TestViewer,
  ): Promise<TestResult>;
}

export interface TestSubgraphOptions {
  /** A bus that several subgraphs of one test share; the default is one of its own. */
  readonly busUrl?: string;
  /** Gets the spans of traced requests. */
  readonly spanExporter?: SpanExporter;
}

/**
 * A subgraph in process on a fresh, migrated database of its own, with its consumers, relay and jobs
 * running; dispose of it after the test.
 */
export async function createTestSubgraph<
  Config extends SubgraphConfig,
  Context extends SubgraphContext,
>(
  definition: SubgraphDefinition<Config, Context>,
  baseConfig: Config,
  options: TestSubgraphOptions = {},
): Promise<TestSubgraph<Config>> {
  const database = await createTestDatabase(definition.name);
  const ownBus = createTestBus();
  const busUrl = options.busUrl ?? ownBus.url;
  const pubSubUrl = busUrl.startsWith('postgres') ? busUrl : ownBus.url;
  const urls = { databaseUrl: database.url, messageBusUrl: busUrl, pubSubUrl };
  const config: Config = { ...baseConfig, ...urls };
  const queries: string[] = [];
  const logLines: string[] = [];
  const log: Logger = pino(
    { level: 'debug', base: null },
    { write: (line) => logLines.push(line) },
  );
  const schema = await definition.buildSchema();
  const own = createDatabaseAdapter(definition.name, config);
  const adapter = observeQueries(
    options.spanExporter === undefined ? own : traceQueries(own),
    (sql) => void queries.push(sql),
  );
  const tracing = await SubgraphTracing.open(definition.name, options.spanExporter);
  const running = await openSubgraph(definition, { config, adapter, log }, tracing);
  const { opened, messaging } = running;
  const rules = { issuer: config.tokenIssuer, audience: config.tokenAudience };
  const tokens = await createTestTokens(rules);
  const authenticate = createAuthenticator(tokens.withKeys(opened.keys), rules);
  const app = await createServer({
    name: definition.name,
    config,
    log,
    schema,
    opened,
    authenticate,
    tracing,
  });
  await running.startWork();
  const execute = (operation: TestOperation) => post(app, tokens, operation);
  return {
    config,
    sdl: schema.sdl,
    app,
    tokens,
    queries,
    logLines,
    messaging: createTestMessaging(messaging ?? noMessaging),
    execute,
    resolveEntities: (representations, selection, viewer) =>
      execute({
        query: `query Entities($representations: [_Any!]!) {
          _entities(representations: $representations) {
            __typename ... on ${representations[0]?.__typename} { ${selection} }
          }
        }`,
        variables: { representations },
        ...(viewer && { viewer }),
      }),
    async [Symbol.asyncDispose]() {
      await app.close();
      await running.close();
      await tracing?.[Symbol.asyncDispose]();
      await ownBus[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function post(
  app: FastifyInstance,
  tokens: TestTokens,
  { viewer, token, traceparent, ...body }: TestOperation,
): Promise<TestResult> {
  const bearer = token ?? (viewer && (await tokens.sign(viewer)));
  const response: LightMyRequestResponse = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(traceparent !== undefined && { traceparent }),
    },
    payload: body,
  });
  const { data, errors, extensions } = response.json<Partial<TestResult>>();
  return { data, errors, ...(extensions && { extensions }) };
}
