import type { ErrorCode } from '@plaza/schema/errors';
import { headers as headerNames } from '@plaza/schema/headers';
import type { OperationTypeNode } from 'graphql';
import type { Config } from './config.ts';
import { startDeadline } from './deadline.ts';
import { DocumentCache } from './document-cache.ts';
import type { EntityCache } from './entity-cache/entity-cache.ts';
import type { ResponseFreshness } from './entity-cache/response-freshness.ts';
import { codeOf } from './graphql-errors.ts';
import type { VerifyToken } from './identity/token-verifier.ts';
import { createTokenVerifier } from './identity/token-verifier.ts';
import type { Viewer } from './identity/viewer.ts';
import type { PartedResponse } from './incremental-delivery/answer-in-parts.ts';
import { answerInParts } from './incremental-delivery/answer-in-parts.ts';
import type { IncrementalFormat } from './incremental-delivery/write-payload.ts';
import { ownOperations } from './persisted-operations/open-persisted-operations.ts';
import type { PersistedOperations } from './persisted-operations/persisted-operations.ts';
import { authenticate } from './pipeline/authenticate.ts';
import { authorizeOperation } from './pipeline/authorize-operation.ts';
import type { OverrideChoice } from './pipeline/choose-overrides.ts';
import { chooseOverrides, configuredOverrides, drawOnce } from './pipeline/choose-overrides.ts';
import { coerceVariables } from './pipeline/coerce-variables.ts';
import { collapseKey } from './pipeline/collapse-key.ts';
import { deferFragments } from './pipeline/defer-fragments.ts';
import { findDocument } from './pipeline/find-document.ts';
import { identifyClient } from './pipeline/identify-client.ts';
import { limitCost, needsEstimate } from './pipeline/limit-cost.ts';
import { limitOperation, limitRequests } from './pipeline/limit-rate.ts';
import { openCache } from './pipeline/open-cache.ts';
import { requireAllowedType } from './pipeline/operation-type.ts';
import { planOperation } from './pipeline/plan-operation.ts';
import type { ProjectedResponse } from './pipeline/project-response.ts';
import { projectResponse } from './pipeline/project-response.ts';
import { executePlan } from './query-plan/execute-plan.ts';
import type { QueryPlan } from './query-plan/plan-node.ts';
import type { RateLimitStore } from './rate-limits/rate-limit-store.ts';
import type { RateAllowance } from './rate-limits/rate-limiter.ts';
import { RateLimiter } from './rate-limits/rate-limiter.ts';
import { readOperation } from './read-operation.ts';
import { isParted, writeBody, writePayloads } from './response-body.ts';
import { SharedFlights } from './shared-flights.ts';
import { forwardedHeaders } from './subgraph-fetch/forward-headers.ts';
import type { RequestContext, SubgraphFetch } from './subgraph-fetch/subgraph-request.ts';
import { createChannelPlan } from './subscriptions/channel-plan.ts';
import type { SubscriptionEnd } from './subscriptions/member.ts';
import { planSubscription } from './subscriptions/plan-subscription.ts';
import type { Subscriber, SubscriberIdentity, Subscription } from './subscriptions/subscriber.ts';
import type { LiveCounts } from './subscriptions/subscription-hub.ts';
import { SubscriptionHub } from './subscriptions/subscription-hub.ts';
import type { SubscriptionSource } from './subscriptions/subscription-source.ts';
import type { SupergraphSnapshot } from './supergraph/snapshot.ts';
import type { SupergraphSource } from './supergraph/supergraph-source.ts';
import type { Logger } from './telemetry/logger.ts';
import { logServerErrors, OperationRecord } from './telemetry/operation-record.ts';
import { continueTrace } from './telemetry/trace-context.ts';

/** One GraphQL request, whatever transport it came by. */
export interface OperationRequest {
  /** Empty when the document is named instead. */
  readonly query: string;
  readonly documentId?: string | undefined;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Client headers, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Network address of the client, if it has one. */
  readonly address?: string | undefined;
  readonly requestId: string;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** What the transport may carry: GET nothing but queries. */
  readonly allowedTypes: readonly `${OperationTypeNode}`[];
  /** How the client reads an answer in parts; undefined: it wants one answer. */
  readonly incrementalFormat?: IncrementalFormat | undefined;
}

/** A request that may be a subscription. */
export interface LiveRequest extends OperationRequest {
  /** Whom its events go to; asked when all else is ready. Throws AppError to refuse. */
  readonly subscriberFor: (identity: SubscriberIdentity) => Subscriber;
}

/** What became of one request. `code` is there when nothing was executed. */
export interface OperationOutcome {
  readonly kind: 'response';
  /** A GraphQL response map (GraphQL, section 7.1) as JSON, its errors fit for the client's eyes. */
  readonly body: Buffer;
  readonly code: ErrorCode | undefined;
  /** How long it may be used by others; undefined: not at all. */
  readonly freshness: ResponseFreshness | undefined;
  /** What is left of what the client may use. */
  readonly allowances: readonly RateAllowance[];
  /** The payloads that follow the body, JSON too, for a client that reads an answer in parts. */
  readonly payloads?: AsyncIterable<Buffer>;
  /** Writes the request's `operation completed` line; for the transport, once it knows the status. */
  logCompleted(status?: number): void;
}

/** A subscription that has begun. It writes its own `operation completed` line when it ends. */
export interface SubscriptionOutcome {
  readonly kind: 'subscription';
  readonly subscription: Subscription;
}

export interface Gateway {
  readonly logger: Logger;
  /** Runs one request to its end. Never rejects: every error is part of the outcome. */
  run(request: OperationRequest): Promise<OperationOutcome>;
  /** The same for transports that can carry events. The signal ends no subscription that has begun. */
  runLive(request: LiveRequest): Promise<OperationOutcome | SubscriptionOutcome>;
  /** Who sends these headers. Rejects with AppError UNAUTHENTICATED for a token that does not hold. */
  identify(headers: OperationRequest['headers']): Promise<SubscriberIdentity>;
  /** What is subscribed to now. */
  liveCounts(): LiveCounts;
  /** Why operations cannot be served now, one sentence each; empty when they can. */
  reasonsNotReady(): string[];
  /** What is not as it should be although operations can be served, one sentence each. */
  warnings(): string[];
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
  /** The way to the sources of one snapshot's subscription fields. */
  readonly sourceFor: (supergraph: SupergraphSnapshot) => SubscriptionSource;
  readonly logger: Logger;
  /** What is remembered of the subgraphs' answers. Default: nothing. */
  readonly entityCache?: EntityCache | undefined;
  /** Counts what clients use, for all gateways. Default: this one counts for itself. */
  readonly rateLimits?: RateLimitStore | undefined;
  /** Default: as without manifests and without Redis. */
  readonly persistedOperations?: PersistedOperations;
  /** Decides progressive overrides. Default: at random, and by `overrides.activeLabels`. */
  readonly overridesFor?: (request: OperationRequest) => OverrideChoice;
  /** Default: one that nobody else knows. */
  readonly documents?: DocumentCache;
}

/** Creates a gateway that needs no port: hand it requests, or put an HTTP server before it. */
export function createGateway(parts: GatewayParts): Gateway {
  const { config, logger, supergraph } = parts;
  const documents = parts.documents ?? new DocumentCache(config.documentCache);
  const responses = new SharedFlights<ProjectedResponse>();
  const verifyToken = createTokenVerifier(config.authentication);
  const subscriptions = new SubscriptionHub({
    ...parts,
    plan: (request, next, viewer) => planSubscription(request, next, viewer, { config, documents }),
  });
  supergraph.onSwap((next) => void subscriptions.follow(next));
  const overridesFor = parts.overridesFor ?? configuredOverrides(config.overrides);
  const { entityCache } = parts;
  const persistedOperations = parts.persistedOperations ?? ownOperations(config, logger);
  const rateLimiter = new RateLimiter(config.rateLimits, parts.rateLimits, logger);
  const own = {
    rateLimiter,
    persistedOperations,
    documents,
    responses,
    verifyToken,
    subscriptions,
    overridesFor,
    entityCache,
  };
  const running = { ...parts, ...own };
  let isDraining = false;
  return {
    logger,
    run: (request) => runToOutcome(request, running),
    runLive: (request) => runToOutcome(request, running),
    identify: async (headers) => ({
      viewer: await authenticate(headers, verifyToken),
      headers: forwardedHeaders(headers, config.headers.forward),
    }),
    liveCounts: () => subscriptions.counts(),
    reasonsNotReady: () => [
      ...(supergraph.isLoaded() ? [] : ['No supergraph is loaded.']),
      ...(isDraining ? ['The gateway is shutting down.'] : []),
    ],
    warnings: () =>
      supergraph.isUpToDate()
        ? []
        : ['No newer supergraph can be loaded: the last good one serves.'],
    isDraining: () => isDraining,
    startDraining: () => {
      isDraining = true;
    },
  };
}

interface RunningGateway extends Required<Omit<GatewayParts, 'entityCache' | 'rateLimits'>> {
  readonly rateLimiter: RateLimiter;
  readonly entityCache: EntityCache | undefined;
  /** Undefined where no token issuer is configured: tokens are only forwarded then. */
  readonly verifyToken: VerifyToken | undefined;
  /** Queries under way. */
  readonly responses: SharedFlights<ProjectedResponse>;
  readonly subscriptions: SubscriptionHub;
}

/**
 * Runs one operation, from text to answer, or until its subscription has begun. Throws AppError;
 * located errors of fields are part of the answer. The whole order of a request is this function.
 */
export async function runOperation(
  given: OperationRequest | LiveRequest,
  { config, documents, responses, fetchFor, verifyToken, ...gateway }: RunningGateway,
  record: OperationRecord,
): Promise<ProjectedResponse | PartedResponse | Subscription> {
  const supergraph = gateway.supergraph.current(); // pinned for the whole request
  record.client = identifyClient(given.headers);
  const viewer = await authenticate(given.headers, verifyToken);
  const rated = {
    subject: { viewerId: viewer?.id, address: given.address, clientName: record.client?.name },
    onAllowances: record.addAllowances,
  };
  await limitRequests(gateway.rateLimiter, rated);
  const document = await findDocument(given, gateway.persistedOperations);
  const request = { ...given, query: document.text };
  const asked = await readOperation(request, supergraph, { config, documents });
  document.remember();
  record.operation = asked;
  requireAllowedType(asked, request.allowedTypes);
  const variables = coerceVariables(asked, request.variables, supergraph);
  if (needsEstimate(config)) {
    const estimated = limitCost(asked, supergraph, variables, config.limits);
    record.cost = estimated.cost;
    await limitOperation(gateway.rateLimiter, estimated, rated);
  }
  const takesParts = request.incrementalFormat !== undefined;
  const deferring = deferFragments(asked, supergraph, { variables, takesParts });
  const { unauthorizedFields } = config.authorization;
  const allowed = authorizeOperation(deferring, supergraph, viewer, unauthorizedFields);
  const overrides = drawOnce(gateway.overridesFor(request));
  const operation = chooseOverrides(allowed, supergraph, overrides);
  record.activeLabels = operation.activeLabels;
  const planCached = (): Promise<QueryPlan> =>
    planOperation(operation, supergraph, {
      planCacheEntriesMax: config.planCache.entriesMax,
      signal: request.signal,
    });
  if ('subscriberFor' in request && operation.operation.operation === 'subscription') {
    const plan = await planCached();
    const given = { request: { ...request, overrides }, supergraph, operation, variables, plan };
    return subscribe(given, viewer, { config, ...gateway }, record);
  }
  const hasParts = operation.deferredLabels !== undefined;
  const cache = await openCache(
    gateway.entityCache,
    { request, operation, supergraph, variables, viewer, plan: planCached },
    config.headers.forward,
  );
  const known = await cache?.findResponse();
  if (known !== undefined) return known;
  const execute = async (signal: AbortSignal): Promise<ProjectedResponse | PartedResponse> => {
    const plan = await planCached();
    const context = contextOf(request, signal, cache?.position);
    const cached = cache?.execution(signal);
    const execution = { snapshot: supergraph, variables, context, cache: cached?.fetches };
    const fetch = record.timing(fetchFor(supergraph));
    if (hasParts) return answerInParts(operation, plan, execution, fetch);
    const executed = await executePlan(plan, execution, fetch);
    const response = projectResponse(operation, supergraph, variables, executed);
    return cached === undefined ? response : cached.complete(response);
  };
  const isQuery = operation.operation.operation === 'query';
  if (!config.collapseRequests || !isQuery || hasParts) return execute(request.signal);
  const identity = [...identityOf(request, config), cache?.position];
  const key = collapseKey(operation, supergraph, variables, identity);
  return responses.join(key, request.signal, execute);
}

/** Begins a subscription that has been planned. Throws the reason of an aborted request. */
function subscribe(
  planned: Parameters<typeof createChannelPlan>[0] & { readonly request: LiveRequest },
  viewer: Viewer | undefined,
  { config, subscriptions, logger }: Pick<RunningGateway, 'config' | 'subscriptions' | 'logger'>,
  record: OperationRecord,
): Subscription {
  const { request } = planned;
  request.signal.throwIfAborted();
  const identity = { viewer, headers: forwardedHeaders(request.headers, config.headers.forward) };
  return subscriptions.subscribe({
    plan: createChannelPlan(planned, viewer),
    identity,
    subscriber: request.subscriberFor(identity),
    onEnd: lineOf(record, logger),
  });
}

/** Made apart from the request, so that a subscription keeps nothing of it but its record. */
function lineOf(record: OperationRecord, logger: Logger): (end: SubscriptionEnd) => void {
  return ({ events, error }) => {
    const errorCodes = error === undefined ? [] : [codeOf(error)];
    record.log(logger, { events, errorCodes });
  };
}

/** What a query may depend on beside its variables: no subgraph sees more of the client than this. */
function identityOf({ headers }: OperationRequest, config: Config): readonly unknown[] {
  return [headers.authorization, ...config.headers.forward.map((name) => headers[name])];
}

function runToOutcome(
  request: LiveRequest,
  gateway: RunningGateway,
): Promise<OperationOutcome | SubscriptionOutcome>;
function runToOutcome(
  request: OperationRequest,
  gateway: RunningGateway,
): Promise<OperationOutcome>;
async function runToOutcome(
  request: OperationRequest,
  gateway: RunningGateway,
): Promise<OperationOutcome | SubscriptionOutcome> {
  const { requestId } = request;
  const { logger, config } = gateway;
  const record = new OperationRecord(requestId);
  const deadline = startDeadline(request.signal, config.requestTimeoutMs);
  const running = runOperation({ ...request, signal: deadline.signal }, gateway, record);
  const settled = await settle(running);
  if ('subscription' in settled || !isParted(settled.response)) deadline[Symbol.dispose]();
  if ('subscription' in settled) return { kind: 'subscription', ...settled };
  const { code, errors, response } = settled;
  if (errors.length > 0) logServerErrors(errors, { logger, requestId });
  const errorCodes = errors.map(codeOf);
  const outcome: OperationOutcome = {
    kind: 'response',
    code,
    body: writeBody(response, errors, request),
    freshness: response?.freshness,
    allowances: record.allowances,
    logCompleted: (status) =>
      record.log(logger, { errorCodes, ...(status === undefined ? {} : { status }) }),
  };
  if (!isParted(response)) return outcome;
  const onErrors = (more: readonly unknown[]): void => {
    errorCodes.push(...more.map(codeOf));
    logServerErrors(more, { logger, requestId });
  };
  return { ...outcome, payloads: writePayloads(response, request, { deadline, onErrors }) };
}

interface Settled {
  readonly code: ErrorCode | undefined;
  readonly errors: readonly unknown[];
  /** A request error leaves no `data` in the answer, not even null (GraphQL, section 7.1.2). */
  readonly response: ProjectedResponse | PartedResponse | undefined;
}

async function settle(
  running: Promise<ProjectedResponse | PartedResponse | Subscription>,
): Promise<Settled | Pick<SubscriptionOutcome, 'subscription'>> {
  try {
    const result = await running;
    if (!('data' in result)) return { subscription: result };
    return { code: undefined, errors: result.errors, response: result };
  } catch (error) {
    return { code: codeOf(error), errors: [error], response: undefined };
  }
}

function contextOf(
  { headers, requestId }: OperationRequest,
  signal: AbortSignal,
  cachePosition: string | undefined,
): RequestContext {
  const traceparent = continueTrace(headers[headerNames.traceparent]);
  return {
    requestId,
    signal,
    headers: { ...headers, [headerNames.traceparent]: traceparent },
    ...(cachePosition === undefined ? {} : { cachePosition }),
  };
}
