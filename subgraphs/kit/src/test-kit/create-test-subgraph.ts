import { createTestDatabase } from '@plaza/prisma/test-database';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { type Logger, pino } from 'pino';
import { createAuthenticator } from '../auth/authenticator.ts';
import { createDatabaseAdapter } from '../database.ts';
import type { SubgraphConfig } from '../environment.ts';
import { createServer } from '../server/create-server.ts';
import type { SubgraphContext, SubgraphDefinition } from '../subgraph.ts';
import { observeQueries } from './observe-queries.ts';
import { createTestTokens, type TestTokens, type TestViewer } from './test-tokens.ts';

export interface TestOperation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
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
  /** Runs one operation over HTTP without a port. */
  execute(operation: TestOperation): Promise<TestResult>;
  /** Resolves entities as the gateway would; `selection` stands in `... on <typename> { }`. */
  resolveEntities(
    representations: readonly ({ readonly __typename: string } & Record<string, unknown>)[],
    selection: string,
    viewer?: TestViewer,
  ): Promise<TestResult>;
}

/** A subgraph in process on a fresh, migrated database of its own; dispose of it after the test. */
export async function createTestSubgraph<
  Config extends SubgraphConfig,
  Context extends SubgraphContext,
>(
  definition: SubgraphDefinition<Config, Context>,
  baseConfig: Config,
): Promise<TestSubgraph<Config>> {
  const database = await createTestDatabase(definition.name);
  const config: Config = { ...baseConfig, databaseUrl: database.url };
  const queries: string[] = [];
  const logLines: string[] = [];
  const log: Logger = pino(
    { level: 'debug', base: null },
    { write: (line) => logLines.push(line) },
  );
  const schema = await definition.buildSchema();
  const adapter = observeQueries(createDatabaseAdapter(definition.name, config), (sql) => {
    queries.push(sql);
  });
  const opened = await definition.open({ config, adapter, log });
  const rules = { issuer: config.tokenIssuer, audience: config.tokenAudience };
  const tokens = await createTestTokens(rules);
  const authenticate = createAuthenticator(tokens.withKeys(opened.keys), rules);
  const app = await createServer({ config, log, schema, opened, authenticate });
  const execute = (operation: TestOperation) => post(app, tokens, operation);
  return {
    config,
    sdl: schema.sdl,
    app,
    tokens,
    queries,
    logLines,
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
      await opened.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function post(
  app: FastifyInstance,
  tokens: TestTokens,
  { viewer, token, ...body }: TestOperation,
): Promise<TestResult> {
  const bearer = token ?? (viewer && (await tokens.sign(viewer)));
  const response: LightMyRequestResponse = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    payload: body,
  });
  const result = response.json<Partial<TestResult>>();
  return { data: result.data, errors: result.errors };
}
