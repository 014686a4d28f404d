import type { Config } from './config.ts';
import type { Contracts } from './contracts/open-contracts.ts';
import type { EntityCache } from './entity-cache/entity-cache.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { codeOf } from './graphql-errors.ts';
import type { HookRunner } from './hooks/hook-runner.ts';
import type { Viewer } from './identity/viewer.ts';
import type { PartedResponse } from './incremental-delivery/answer-in-parts.ts';
import { answerInParts } from './incremental-delivery/answer-in-parts.ts';
import type { EstimatedCost } from './operation-cost/estimate-cost.ts';
import type { LiveRequest, OperationRequest } from './operation-request.ts';
import type { LoadGuard } from './overload/load-guard.ts';
import type { Verifiers } from './pipeline/authenticate.ts';
import { authenticate } from './pipeline/authenticate.ts';
import { authorizeOperation } from './pipeline/authorize-operation.ts';
import { chooseContract, viewOf } from './pipeline/choose-contract.ts';
import type { OverrideChoice } from './pipeline/choose-overrides.ts';
import { chooseOverrides, drawOnce } from './pipeline/choose-overrides.ts';
import { coerceVariables } from './pipeline/coerce-variables.ts';
import { collapseKey } from './pipeline/collapse-key.ts';
import { decidePolicies } from './pipeline/decide-policies.ts';
import { deferFragments } from './pipeline/defer-fragments.ts';
import { findDocument } from './pipeline/find-document.ts';
import { identifyClient } from './pipeline/identify-client.ts';
import { limitCost, needsEstimate } from './pipeline/limit-cost.ts';
import type { RatedOperation } from './pipeline/limit-rate.ts';
import { limitOperation, limitRequests } from './pipeline/limit-rate.ts';
import type { NormalizedOperation } from './pipeline/normalize-operation.ts';
import { openCache } from './pipeline/open-cache.ts';
import { requireAllowedType } from './pipeline/operation-type.ts';
import { planOperation } from './pipeline/plan-operation.ts';
import type { ProjectedResponse } from './pipeline/project-response.ts';
import { projectResponse } from './pipeline/project-response.ts';
import { countResponse, settleCost } from './pipeline/settle-cost.ts';
import { shedLoad } from './pipeline/shed-load.ts';
import { executePlan } from './query-plan/execute-plan.ts';
import type { QueryPlan } from './query-plan/plan-node.ts';
import type { RateLimiter } from './rate-limits/rate-limiter.ts';
import { readOperation } from './read-operation.ts';
import type { SharedFlights } from './shared-flights.ts';
import { AnswerHeaders } from './subgraph-fetch/answer-headers.ts';
import type { answerHeadersIn } from './subgraph-fetch/header-rules.ts';
import { visibleNames, withIdentity } from './subgraph-fetch/identity-headers.ts';
import { contextOf, traceparentOf } from './subgraph-fetch/request-context.ts';
import { createChannelPlan } from './subscriptions/channel-plan.ts';
import type { SubscriptionEnd } from './subscriptions/member.ts';
import type { Subscription } from './subscriptions/subscriber.ts';
import { subscriberIdentity } from './subscriptions/subscriber-identity.ts';
import type { SubscriptionHub } from './subscriptions/subscription-hub.ts';
import type { GraphView, SupergraphSnapshot } from './supergraph/snapshot.ts';
import type { OperationMetrics } from './telemetry/operation-metrics.ts';
import type { OperationObservers, OperationRecord } from './telemetry/operation-record.ts';
import type { Tracing } from './tracing/tracing.ts';

/** A gateway with all that its requests share. */
export interface RunningGateway
  extends Required<
      Omit<
        GatewayParts,
        | 'contracts'
        | 'hooks'
        | 'load'
        | 'entityCache'
        | 'rateLimits'
        | 'localRateLimits'
        | 'operationMetrics'
        | 'tracing'
      >
    >,
    Verifiers {
  /** Undefined where nothing is traced. */
  readonly tracing: Tracing | undefined;
  readonly operationMetrics: OperationMetrics | undefined;
  /** Undefined where all clients see the whole graph. */
  readonly contracts: Contracts | undefined;
  readonly hooks: HookRunner;
  readonly load: LoadGuard;
  /** What headers of subgraphs' answers clients get. */
  readonly answerHeaders: ReturnType<typeof answerHeadersIn>;
  readonly rateLimiter: RateLimiter;
  readonly entityCache: EntityCache | undefined;
  /** Queries under way. */
  readonly responses: SharedFlights<ProjectedResponse>;
  readonly subscriptions: SubscriptionHub;
}

/** An operation that its client may ask for, and what belongs to it. */
interface AdmittedOperation {
  readonly supergraph: SupergraphSnapshot;
  /** What its client sees of the supergraph. */
  readonly view: GraphView;
  /** What holds for its client. */
  readonly config: Config;
  readonly viewer: Viewer | undefined;
  readonly request: OperationRequest | LiveRequest;
  readonly operation: NormalizedOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly overrides: OverrideChoice;
  /** Undefined where nothing depends on it. */
  readonly estimated: EstimatedCost | undefined;
  readonly rated: RatedOperation;
  readonly planned: () => Promise<QueryPlan>;
}

/**
 * Runs one operation, from text to answer, or until its subscription has begun. Throws AppError;
 * located errors of fields are part of the answer. The whole order of a request is this page.
 */
export async function runOperation(
  given: OperationRequest | LiveRequest,
  gateway: RunningGateway,
  record: OperationRecord,
): Promise<ProjectedResponse | PartedResponse | Subscription> {
  shedLoad(gateway.load);
  const admitted = await admit(given, gateway, record);
  const { request, operation } = admitted;
  if ('subscriberFor' in request && operation.operation.operation === 'subscription') {
    return subscribe({ ...admitted, request, plan: await admitted.planned() }, gateway, record);
  }
  const answer = await answerOperation(admitted, gateway, record);
  const { estimated, rated } = admitted;
  if (estimated !== undefined && 'cost' in answer && answer.cost !== undefined) {
    record.actualCost = answer.cost;
    settleCost(answer.cost, estimated, gateway.rateLimiter, rated.subject);
  }
  return answer;
}

/** Who asks, for what, and whether they may. */
async function admit(
  received: OperationRequest | LiveRequest,
  { documents, ...gateway }: RunningGateway,
  record: OperationRecord,
): Promise<AdmittedOperation> {
  const { hooks } = gateway;
  const given =
    hooks.onRequest === undefined ? received : await hooks.onRequest(received, record.hookState);
  const supergraph = gateway.supergraph.current(); // pinned for the whole request
  record.client = identifyClient(given.headers);
  const viewer = await authenticate(given.headers, gateway);
  const rated = {
    subject: { viewer, address: given.address, clientName: record.client?.name },
    onAllowances: record.addAllowances,
  };
  await limitRequests(gateway.rateLimiter, rated);
  const contract = chooseContract(given, viewer, gateway.contracts);
  record.contract = contract?.name;
  const { config, persistedOperations } = contract ?? gateway;
  const view = viewOf(supergraph, contract);
  const document = await findDocument(given, persistedOperations);
  const headers = withIdentity(given.headers, viewer, gateway.config.headers.identity);
  const request = { ...given, headers, query: document.text };
  const reading = { config, documents, trace: record.trace };
  const asked = await readOperation(request, view, reading);
  document.remember();
  record.operation = asked;
  if (asked.operation.operation === 'query') record.text = request.query;
  requireAllowedType(asked, request.allowedTypes);
  const variables = coerceVariables(asked, request.variables, view, config.introspection);
  const estimated = needsEstimate(config)
    ? limitCost(asked, supergraph, variables, config.limits)
    : undefined;
  if (estimated !== undefined) {
    record.cost = estimated.cost;
    await limitOperation(gateway.rateLimiter, estimated, rated);
  }
  const takesParts = request.incrementalFormat !== undefined;
  const deferring = deferFragments(asked, view, { variables, takesParts });
  const deciding = decidePolicies(deferring, view, viewer, gateway.policies);
  const decisions = deciding && (await deciding);
  const allowed = authorizeOperation(deferring, view, viewer, config.authorization, decisions);
  const overrides = drawOnce(gateway.overridesFor(request));
  const operation = chooseOverrides(allowed, view, overrides);
  record.activeLabels = operation.activeLabels;
  if (hooks.onOperation !== undefined) {
    const facts = { viewerId: viewer?.id, variables };
    await hooks.onOperation(request, operation, facts, record.hookState);
  }
  const planned = (): Promise<QueryPlan> =>
    planOperation(operation, supergraph, {
      planCacheEntriesMax: config.planCache.entriesMax,
      signal: request.signal,
      trace: record.trace,
    });
  const chosen = { request, operation, overrides, planned };
  return { supergraph, view, config, viewer, variables, estimated, rated, ...chosen };
}

/** From the cache, from an equal query that is under way, or by its plan. */
async function answerOperation(
  admitted: AdmittedOperation,
  { responses, fetchFor, ...gateway }: RunningGateway,
  record: OperationRecord,
): Promise<ProjectedResponse | PartedResponse> {
  const { request, supergraph, view, config, viewer, operation, variables, planned } = admitted;
  const hasParts = operation.deferredLabels !== undefined;
  const cache = await openCache(
    gateway.entityCache,
    { request, operation, supergraph, view, variables, viewer, plan: planned },
    config,
  );
  const known = await cache?.findResponse();
  if (known !== undefined) return known;
  const execute = async (signal: AbortSignal): Promise<ProjectedResponse | PartedResponse> => {
    const plan = await planned();
    const traceparent = traceparentOf(request, record.trace, gateway.tracing);
    const answerHeaders = gateway.answerHeaders === 'none' ? undefined : new AnswerHeaders();
    const position = cache?.position;
    const context = contextOf(request, { signal, traceparent, position, answerHeaders });
    const cached = cache?.execution(signal);
    const execution = { snapshot: supergraph, variables, context, cache: cached?.fetches };
    const fetch = record.timing(fetchFor(supergraph));
    if (hasParts) return answerInParts(operation, view, plan, execution, fetch);
    const executed = await executePlan(plan, execution, fetch);
    const projected = projectResponse(operation, view, variables, executed);
    const asked = { operation, supergraph, variables };
    const counted = countResponse(projected, executed, asked, config.limits);
    const headers = answerHeaders?.toHeaders();
    const response = headers === undefined ? counted : { ...counted, headers };
    return cached === undefined ? response : cached.complete(response);
  };
  const isQuery = operation.operation.operation === 'query';
  // What comes with a cookie is one client's alone, and nobody knows before whether one will come.
  const isShareable = gateway.answerHeaders !== 'cookies' && isQuery && !hasParts;
  if (!config.collapseRequests || !isShareable) return execute(request.signal);
  const identity = [...identityOf(request, viewer, config), cache?.position];
  const key = collapseKey(operation, view, variables, identity);
  return responses.join(key, request.signal, execute);
}

/** Begins a subscription that has been planned. Throws the reason of an aborted request. */
function subscribe(
  {
    viewer,
    ...planned
  }: AdmittedOperation & {
    readonly request: LiveRequest;
    readonly plan: QueryPlan;
  },
  gateway: RunningGateway,
  record: OperationRecord,
): Subscription {
  const { overrides, supergraph, view, operation, variables, plan } = planned;
  const request = { ...planned.request, overrides };
  request.signal.throwIfAborted();
  const identity = subscriberIdentity(request.headers, viewer, gateway);
  return gateway.subscriptions.subscribe({
    plan: createChannelPlan({ request, supergraph, view, operation, variables, plan }, viewer),
    identity,
    subscriber: request.subscriberFor(identity),
    onEnd: lineOf(record, gateway),
  });
}

/** Made apart from the request, so that a subscription keeps nothing of it but its record. */
function lineOf(
  record: OperationRecord,
  { logger, operationMetrics }: OperationObservers,
): (end: SubscriptionEnd) => void {
  return ({ events, error }) => {
    const code = error === undefined ? undefined : codeOf(error);
    const errorCodes = code === undefined ? [] : [code];
    record.complete({ code, events, errorCodes }, { logger, operationMetrics });
  };
}

/** What a query may depend on beside its variables: no subgraph sees more of the client than this. */
function identityOf(
  { headers }: OperationRequest,
  viewer: Viewer | undefined,
  config: Config,
): readonly unknown[] {
  const partner = viewer?.kind === 'partner' ? viewer.id : undefined;
  return [
    headers.authorization,
    partner,
    ...visibleNames(config.headers).map((name) => headers[name]),
  ];
}
