import type { ErrorCode } from '@plaza/schema/errors';
import { ownContracts } from './contracts/open-contracts.ts';
import { startDeadline } from './deadline.ts';
import { DocumentCache } from './document-cache.ts';
import type { ResponseFreshness } from './entity-cache/response-freshness.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { codeOf } from './graphql-errors.ts';
import { HookRunner } from './hooks/hook-runner.ts';
import { createApiKeys } from './identity/api-keys.ts';
import { createTokenVerifier } from './identity/token-verifier.ts';
import type { PartedResponse } from './incremental-delivery/answer-in-parts.ts';
import type { LiveRequest, OperationRequest } from './operation-request.ts';
import { LoadGuard } from './overload/load-guard.ts';
import { ownOperations } from './persisted-operations/open-persisted-operations.ts';
import { authenticate } from './pipeline/authenticate.ts';
import { configuredOverrides } from './pipeline/choose-overrides.ts';
import type { ProjectedResponse } from './pipeline/project-response.ts';
import type { RateAllowance } from './rate-limits/rate-limiter.ts';
import { RateLimiter } from './rate-limits/rate-limiter.ts';
import { isParted, writeBody, writePayloads } from './response-body.ts';
import type { RunningGateway } from './run-operation.ts';
import { runOperation } from './run-operation.ts';
import { SharedFlights } from './shared-flights.ts';
import { answerHeadersIn } from './subgraph-fetch/header-rules.ts';
import { planSubscription } from './subscriptions/plan-subscription.ts';
import type { SubscriberIdentity, Subscription } from './subscriptions/subscriber.ts';
import { subscriberIdentity } from './subscriptions/subscriber-identity.ts';
import type { LiveCounts } from './subscriptions/subscription-hub.ts';
import { SubscriptionHub } from './subscriptions/subscription-hub.ts';
import type { Logger } from './telemetry/logger.ts';
import type { AskedOperation } from './telemetry/operation-record.ts';
import { logServerErrors, OperationRecord } from './telemetry/operation-record.ts';

/** What became of one request. `code` is there when nothing was executed. */
export interface OperationOutcome {
  readonly kind: 'response';
  /** A GraphQL response map (GraphQL, section 7.1) as JSON, its errors fit for the client's eyes. */
  readonly body: Buffer;
  readonly code: ErrorCode | undefined;
  /** How long it may be used by others; undefined: not at all. */
  readonly freshness: ResponseFreshness | undefined;
  /** Those that subgraphs have for the client. */
  readonly headers?: Readonly<Record<string, string | string[]>> | undefined;
  /** What is left of what the client may use. */
  readonly allowances: readonly RateAllowance[];
  /** The payloads that follow the body, JSON too, for a client that reads an answer in parts. */
  readonly payloads?: AsyncIterable<Buffer>;
  /** What was asked; undefined when that was not found out. */
  readonly operation: AskedOperation | undefined;
  /** Calls to subgraphs that were made for it. */
  readonly calls: number;
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
  /** Who sends these headers. Rejects with AppError as the stage authenticate does. */
  identify(headers: OperationRequest['headers']): Promise<SubscriberIdentity>;
  /** What is subscribed to now. */
  liveCounts(): LiveCounts;
  /** Whether a new operation, or what would bring some, must be refused now. It counts as such then. */
  isOverloaded(): boolean;
  /** Why operations cannot be served now, one sentence each; empty when they can. */
  reasonsNotReady(): string[];
  /** What is not as it should be although operations can be served, one sentence each. */
  warnings(): string[];
  isDraining(): boolean;
  /** From now on the gateway is not ready, though it still answers. */
  startDraining(): void;
}

/** Creates a gateway that needs no port: hand it requests, or put an HTTP server before it. */
export function createGateway(parts: GatewayParts): Gateway {
  const { config, logger, supergraph } = parts;
  const documents = parts.documents ?? new DocumentCache(config.documentCache);
  const responses = new SharedFlights<ProjectedResponse>();
  const contracts = parts.contracts ?? ownContracts(config, logger);
  const hooks = new HookRunner(parts.hooks ?? [], logger);
  const fetchFor = hooks.onWayOf(parts.fetchFor);
  const { entityCache, policies } = parts;
  const subscriptions = new SubscriptionHub({
    ...parts,
    fetchFor,
    plan: (request, next, viewer) =>
      planSubscription(request, next, viewer, { config, contracts, documents, policies }),
  });
  supergraph.onSwap((next) => void subscriptions.follow(next));
  const overridesFor = parts.overridesFor ?? configuredOverrides(config.overrides);
  const persistedOperations = parts.persistedOperations ?? ownOperations(config, logger);
  const rateLimiter = new RateLimiter(
    config.rateLimits,
    { shared: parts.rateLimits, local: parts.localRateLimits },
    logger,
  );
  const load = parts.load ?? new LoadGuard(config.overload, logger);
  const own = {
    load,
    hooks,
    answerHeaders: answerHeadersIn(config),
    fetchFor,
    operationMetrics: parts.operationMetrics,
    tracing: parts.tracing,
    contracts,
    rateLimiter,
    persistedOperations,
    documents,
    responses,
    verifyToken: createTokenVerifier(config.authentication),
    apiKeys: createApiKeys(config.authentication, logger),
    subscriptions,
    overridesFor,
    entityCache,
    policies,
  };
  const running = { ...parts, ...own };
  let isDraining = false;
  return {
    logger,
    run: (request) => runToOutcome(request, running),
    runLive: (request) => runToOutcome(request, running),
    identify: async (headers) =>
      subscriberIdentity(headers, await authenticate(headers, running), running),
    liveCounts: () => subscriptions.counts(),
    isOverloaded: () => load.refusal() !== undefined,
    reasonsNotReady: () => [
      ...(supergraph.isLoaded() ? [] : ['No supergraph is loaded.']),
      ...(isDraining ? ['The gateway is shutting down.'] : []),
      ...load.reasons(),
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
  const { logger, config, load } = gateway;
  load.enter();
  const record = new OperationRecord(request, gateway.tracing);
  const deadline = startDeadline(request.signal, config.requestTimeoutMs);
  const running = runOperation({ ...request, signal: deadline.signal }, gateway, record);
  const settled = await settle(running);
  const additions = await additionsTo(settled, record, gateway, deadline.signal);
  if ('subscription' in settled || !isParted(settled.response)) {
    deadline[Symbol.dispose]();
    load.leave();
  }
  if ('subscription' in settled) record.endTrace();
  if ('subscription' in settled) return { kind: 'subscription', ...settled };
  const { code, errors, response } = settled;
  if (errors.length > 0) logServerErrors(errors, { logger, requestId });
  const errorCodes = errors.map(codeOf);
  const outcome: OperationOutcome = {
    kind: 'response',
    code,
    body: writeBody(response, errors, request, additions),
    freshness: response?.freshness,
    headers: isParted(response) ? undefined : response?.headers,
    allowances: record.allowances,
    get operation() {
      return record.asked;
    },
    get calls() {
      return record.calls;
    },
    logCompleted: (status) =>
      record.complete({ code, errorCodes, ...(status === undefined ? {} : { status }) }, gateway),
  };
  if (!isParted(response)) return outcome;
  const onErrors = (more: readonly unknown[]): void => {
    errorCodes.push(...more.map(codeOf));
    logServerErrors(more, { logger, requestId });
  };
  const onEnd = (): void => load.leave();
  return { ...outcome, payloads: writePayloads(response, request, { deadline, onErrors, onEnd }) };
}

/** What hooks add to an answer; undefined without hooks, and for a subscription. */
function additionsTo(
  settled: Settled | Pick<SubscriptionOutcome, 'subscription'>,
  record: OperationRecord,
  { hooks }: RunningGateway,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>> | undefined> | undefined {
  if (hooks.onResponse === undefined || 'subscription' in settled) return undefined;
  const { errors, response } = settled;
  const { requestId, elapsedMs: durationMs, hookState: state } = record;
  const errorCodes = errors.map(codeOf);
  const hasData = response !== undefined;
  return hooks.onResponse({ requestId, durationMs, errorCodes, hasData, state }, signal);
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
