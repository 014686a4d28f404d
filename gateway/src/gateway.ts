import type { ErrorCode } from '@plaza/schema/errors';
import { headers as headerNames } from '@plaza/schema/headers';
import type { OperationTypeNode } from 'graphql';
import type { Config } from './config.ts';
import { startDeadline } from './deadline.ts';
import { DocumentCache } from './document-cache.ts';
import { codeOf, toGraphQLErrors } from './graphql-errors.ts';
import type { VerifyToken } from './identity/token-verifier.ts';
import { createTokenVerifier } from './identity/token-verifier.ts';
import { authenticate } from './pipeline/authenticate.ts';
import { authorizeOperation } from './pipeline/authorize-operation.ts';
import { coerceVariables } from './pipeline/coerce-variables.ts';
import { collapseKey } from './pipeline/collapse-key.ts';
import { identifyClient } from './pipeline/identify-client.ts';
import { normalizeOperation } from './pipeline/normalize-operation.ts';
import { checkOperationLimits } from './pipeline/operation-limits.ts';
import { requireAllowedType } from './pipeline/operation-type.ts';
import { parseDocument } from './pipeline/parse-document.ts';
import { planOperation } from './pipeline/plan-operation.ts';
import type { ProjectedResponse } from './pipeline/project-response.ts';
import { projectResponse } from './pipeline/project-response.ts';
import { validateDocument } from './pipeline/validate-document.ts';
import { executePlan } from './query-plan/execute-plan.ts';
import { SharedFlights } from './shared-flights.ts';
import type { RequestContext, SubgraphFetch } from './subgraph-fetch/subgraph-request.ts';
import type { SupergraphSnapshot } from './supergraph/snapshot.ts';
import type { SupergraphSource } from './supergraph/supergraph-source.ts';
import type { Logger } from './telemetry/logger.ts';
import { logServerErrors, OperationRecord } from './telemetry/operation-record.ts';
import { continueTrace } from './telemetry/trace-context.ts';

/** One GraphQL request, whatever transport it came by. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Client headers, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** What the transport may carry: GET nothing but queries. */
  readonly allowedTypes: readonly `${OperationTypeNode}`[];
}

/** What became of one request. `code` is there when nothing was executed. */
export interface OperationOutcome {
  /** A GraphQL response map (GraphQL, section 7.1) as JSON, its errors fit for the client's eyes. */
  readonly body: Buffer;
  readonly code: ErrorCode | undefined;
  /** Writes the request's `operation completed` line; for the transport, once it knows the status. */
  logCompleted(status: number): void;
}

export interface Gateway {
  readonly logger: Logger;
  /** Runs one request to its end. Never rejects: every error is part of the outcome. */
  run(request: OperationRequest): Promise<OperationOutcome>;
  /** Why operations cannot be served now, one sentence each; empty when they can. */
  reasonsNotReady(): string[];
  isDraining(): boolean;
  /** From now on the gateway is not ready, though it still answers. */
  startDraining(): void;
}

/** What the stages of a request need beside the request. */
export interface GatewayParts {
  readonly config: Config;
  readonly supergraph: SupergraphSource;
  /** The way to the subgraphs of one snapshot. */
  readonly fetchFor: (supergraph: SupergraphSnapshot) => SubgraphFetch;
  readonly logger: Logger;
}

/** Creates a gateway that needs no port: hand it requests, or put an HTTP server before it. */
export function createGateway(parts: GatewayParts): Gateway {
  const { config, logger, supergraph } = parts;
  const documents = new DocumentCache(config.documentCache);
  const responses = new SharedFlights<ProjectedResponse>();
  const verifyToken = createTokenVerifier(config.authentication);
  const running: RunningGateway = { ...parts, documents, responses, verifyToken };
  let isDraining = false;
  return {
    logger,
    run: (request) => runToOutcome(request, running),
    reasonsNotReady: () => [
      ...(supergraph.isLoaded() ? [] : ['No supergraph is loaded.']),
      ...(isDraining ? ['The gateway is shutting down.'] : []),
    ],
    isDraining: () => isDraining,
    startDraining: () => {
      isDraining = true;
    },
  };
}

interface RunningGateway extends GatewayParts {
  readonly documents: DocumentCache;
  /** Undefined where no token issuer is configured: tokens are only forwarded then. */
  readonly verifyToken: VerifyToken | undefined;
  /** Queries under way. */
  readonly responses: SharedFlights<ProjectedResponse>;
}

/**
 * Runs one operation, from text to answer. Throws AppError; located errors of fields are part of
 * the answer. The whole order of a request is this function.
 */
export async function runOperation(
  request: OperationRequest,
  { config, documents, responses, fetchFor, verifyToken, ...gateway }: RunningGateway,
  record: OperationRecord,
): Promise<ProjectedResponse> {
  const supergraph = gateway.supergraph.current(); // pinned for the whole request
  record.client = identifyClient(request.headers);
  const viewer = await authenticate(request.headers, verifyToken);
  const document = documents.get(request.query, supergraph, () => {
    const parsed = parseDocument(request.query, config.limits);
    checkOperationLimits(parsed, config.limits);
    validateDocument(parsed, supergraph.apiSchema, {
      isIntrospectionEnabled: config.introspection.enabled,
    });
    return parsed;
  });
  const asked = normalizeOperation(document, request.operationName, supergraph);
  record.operation = asked;
  requireAllowedType(asked, request.allowedTypes);
  const { unauthorizedFields } = config.authorization;
  const operation = authorizeOperation(asked, supergraph, viewer, unauthorizedFields);
  const variables = coerceVariables(operation, request.variables, supergraph);
  const execute = async (signal: AbortSignal): Promise<ProjectedResponse> => {
    const plan = await planOperation(operation, supergraph, {
      planCacheEntriesMax: config.planCache.entriesMax,
      signal: request.signal,
    });
    const context = contextOf(request, signal);
    const execution = { snapshot: supergraph, variables, context };
    const executed = await executePlan(plan, execution, record.timing(fetchFor(supergraph)));
    return projectResponse(operation, supergraph, variables, executed);
  };
  const isCollapsible = config.collapseRequests && operation.operation.operation === 'query';
  if (!isCollapsible) return execute(request.signal);
  const key = collapseKey(operation, supergraph, variables, identityOf(request, config));
  return responses.join(key, request.signal, execute);
}

/** What a query may depend on beside its variables: no subgraph sees more of the client than this. */
function identityOf({ headers }: OperationRequest, config: Config): readonly unknown[] {
  return [headers.authorization, ...config.headers.forward.map((name) => headers[name])];
}

async function runToOutcome(
  request: OperationRequest,
  gateway: RunningGateway,
): Promise<OperationOutcome> {
  const { requestId } = request;
  const { logger, config } = gateway;
  const record = new OperationRecord(requestId);
  using deadline = startDeadline(request.signal, config.requestTimeoutMs);
  const running = runOperation({ ...request, signal: deadline.signal }, gateway, record);
  const { code, errors, response } = await settle(running);
  if (errors.length > 0) logServerErrors(errors, { logger, requestId });
  const errorCodes = errors.map(codeOf);
  return {
    code,
    body: writeBody(response, errors, requestId),
    logCompleted: (status) => record.log(logger, { errorCodes, status }),
  };
}

interface Settled {
  readonly code: ErrorCode | undefined;
  readonly errors: readonly unknown[];
  /** A request error leaves no `data` in the answer, not even null (GraphQL, section 7.1.2). */
  readonly response: ProjectedResponse | undefined;
}

async function settle(running: Promise<ProjectedResponse>): Promise<Settled> {
  try {
    const response = await running;
    return { code: undefined, errors: response.errors, response };
  } catch (error) {
    return { code: codeOf(error), errors: [error], response: undefined };
  }
}

/** Bodies without errors, which are the same for all requests that share a response. */
const bodies = new WeakMap<ProjectedResponse, Buffer>();

function writeBody(
  response: ProjectedResponse | undefined,
  errors: readonly unknown[],
  requestId: string,
): Buffer {
  const data = response === undefined ? '' : `"data":${response.data}`;
  if (response === undefined || errors.length > 0) {
    const list = `{"errors":${JSON.stringify(toGraphQLErrors(errors, requestId))}`;
    return Buffer.from(data === '' ? `${list}}` : `${list},${data}}`);
  }
  let body = bodies.get(response);
  if (body === undefined) {
    body = Buffer.from(`{${data}}`);
    bodies.set(response, body);
  }
  return body;
}

function contextOf({ headers, requestId }: OperationRequest, signal: AbortSignal): RequestContext {
  const traceparent = continueTrace(headers[headerNames.traceparent]);
  return { requestId, signal, headers: { ...headers, [headerNames.traceparent]: traceparent } };
}
