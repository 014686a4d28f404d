import { AppError, type ErrorCode, isErrorCode } from '@plaza/schema/errors';
import { headers } from '@plaza/schema/headers';
import { logFields } from '@plaza/schema/log-fields';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionResult, type GraphQLFormattedError, Location } from 'graphql';
import mercurius from 'mercurius';
import type { Logger } from 'pino';
import type { Authenticate } from '../auth/authenticator.ts';
import type { FederatedSchema } from '../federated-schema.ts';
import { OutdatedAnswers } from '../messaging/outdated-answers.ts';
import type { SubgraphContext } from '../subgraph.ts';
import type { SubgraphTracing } from '../tracing/subgraph-tracing.ts';
import { graphqlResponseType, statusFor, toGraphQLErrors } from './graphql-errors.ts';
import { readOperation } from './read-operation.ts';
import type { GatewayHooks } from './require-gateway.ts';
import { fillDefaults } from './variable-defaults.ts';

/** Deepest selection that is executed; introspection needs 15. */
const selectionDepthMax = 20;
const documentTokensMax = 10_000;
/** Documents kept parsed, validated and compiled. */
const documentCacheEntriesMax = 500;
/** Runs after which a document is compiled by graphql-jit. */
const runsBeforeCompiling = 1;

export interface GraphqlRouteOptions {
  /** Name of the subgraph. */
  readonly name: string;
  readonly schema: FederatedSchema;
  readonly authenticate: Authenticate;
  readonly tracing: SubgraphTracing | undefined;
  /** Refuse who is no gateway; undefined: all are answered. */
  readonly gatewayHooks: GatewayHooks | undefined;
  readonly createContext: (request: SubgraphContext) => SubgraphContext;
}

/** Adds POST /graphql. Every failure leaves as GraphQL errors with a code of the closed list. */
export async function addGraphqlRoute(
  app: FastifyInstance,
  options: GraphqlRouteOptions,
): Promise<void> {
  await app.register(mercurius, {
    schema: options.schema.schema,
    routes: false, // mercurius' own route turns the indices of error paths into strings
    jit: runsBeforeCompiling,
    cache: documentCacheEntriesMax,
    queryDepth: selectionDepthMax,
    graphql: { parseOptions: { maxTokens: documentTokensMax } },
    errorFormatter: (execution, context) => ({
      statusCode: 200,
      response: {
        data: execution.data ?? null,
        errors: toGraphQLErrors(execution.errors, context as unknown as SubgraphContext),
      },
    }),
  });
  app.graphql.addHook('preValidation', async (_schema, document) => {
    // mercurius also takes a syntax tree in JSON; only what the parser made is safe to visit.
    if (!(document?.loc instanceof Location)) {
      throw new AppError('GRAPHQL_PARSE_FAILED', 'query must be GraphQL, not JSON');
    }
  });
  app.graphql.addHook('preExecution', async (schema, document, context, variables) => {
    const { operationName } = context as { readonly operationName?: string | undefined };
    return { variables: fillDefaults({ schema, document, operationName, variables }) };
  });
  app.post('/graphql', { ...options.gatewayHooks }, async (request, reply) => {
    const startedAt = performance.now();
    const { query, operationName, variables } = readOperation(request.body);
    const viewer = await options.authenticate(request.headers);
    const log = request.log as Logger;
    const outdated = new OutdatedAnswers(options.name);
    const context = options.createContext({
      viewer,
      requestId: request.id,
      headers: request.headers,
      log,
      outdated,
    });
    const run = () => runOperation(app, { query, operationName, variables }, context);
    const traced = {
      traceparent: request.headers[headers.traceparent],
      requestId: request.id,
      operationName,
    };
    const result = await (options.tracing?.runRequest(traced, run) ?? run());
    logOperation(request, { operationName, result, durationMs: performance.now() - startedAt });
    const invalidation = outdated.toInvalidations();
    return sendResult(request, reply, {
      ...result,
      ...(invalidation.length > 0 && { extensions: { invalidation } }),
    });
  });
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/graphql',
    handler: async (_request, reply) => {
      reply.header('allow', 'POST');
      throw new AppError('METHOD_NOT_ALLOWED', 'Send the operation with POST');
    },
  });
}

async function runOperation(
  app: FastifyInstance,
  { query, operationName, variables }: ReturnType<typeof readOperation>,
  context: SubgraphContext,
): Promise<ExecutionResult> {
  // mercurius compiles one operation per text: the name in a comment tells two operations apart.
  const source = operationName === undefined ? query : `${query}\n# ${operationName}`;
  try {
    return await app.graphql(source, { ...context, operationName }, variables, operationName);
  } catch (error) {
    const errors = (error as { errors?: unknown[] }).errors ?? [error];
    return { errors: toGraphQLErrors(errors, context) as never };
  }
}

/** Turns whatever was thrown before or beside the execution into a GraphQL answer. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const context = { requestId: request.id, log: request.log as Logger };
  const errors = toGraphQLErrors([toAppError(error)], context);
  void sendResult(request, reply, { errors });
}

function sendResult(
  request: FastifyRequest,
  reply: FastifyReply,
  result: Pick<ExecutionResult, 'data' | 'extensions'> & {
    readonly errors?: readonly (GraphQLFormattedError | Error)[];
  },
): FastifyReply {
  const mediaType = request.headers.accept?.includes(graphqlResponseType)
    ? graphqlResponseType
    : 'application/json';
  const [code] = result.data == null ? errorCodes(result) : [];
  return reply
    .code(code === undefined ? 200 : statusFor(code, mediaType))
    .header('content-type', `${mediaType}; charset=utf-8`)
    .header(headers.requestId, request.id)
    .send(JSON.stringify(result));
}

function errorCodes(result: { readonly errors?: readonly unknown[] }): ErrorCode[] {
  const codes = (result.errors ?? []).map(
    (error) => (error as GraphQLFormattedError).extensions?.code,
  );
  return [...new Set(codes)].filter(isErrorCode);
}

/** Codes of the closed list for what Fastify throws by itself. */
const fastifyErrors: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['PAYLOAD_TOO_LARGE', 'The body is larger than this service takes'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['BAD_REQUEST', 'The body is not JSON'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['BAD_REQUEST', 'The body is empty'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['BAD_REQUEST', 'The body is not as long as announced'],
  FST_ERR_HANDLER_TIMEOUT: ['GATEWAY_TIMEOUT', 'The request took too long'],
};

function toAppError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const known = code === undefined ? undefined : fastifyErrors[code];
  if (known !== undefined) return new AppError(...known, { cause: error });
  // Fastify's JSON parser throws a plain SyntaxError with a status.
  if (statusCode === 400) return new AppError('BAD_REQUEST', 'The body is not JSON');
  return error;
}

function logOperation(
  request: FastifyRequest,
  operation: {
    readonly operationName: string | undefined;
    readonly result: ExecutionResult;
    readonly durationMs: number;
  },
): void {
  request.log.info(
    {
      [logFields.operationName]: operation.operationName,
      [logFields.durationMs]: Math.round(operation.durationMs * 10) / 10,
      [logFields.errorCodes]: errorCodes(operation.result),
    },
    'operation completed',
  );
}
