import type { ErrorCode } from '@plaza/schema/errors';
import { errorStatus } from '@plaza/schema/errors';
import { headers as headerNames } from '@plaza/schema/headers';
import { logFields } from '@plaza/schema/log-fields';
import { GraphQLError } from 'graphql';
import { codeOf } from '../graphql-errors.ts';
import type { HookState } from '../hooks/gateway-hooks.ts';
import type { OperationRequest } from '../operation-request.ts';
import type { ClientIdentity } from '../pipeline/identify-client.ts';
import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import type { RateAllowance } from '../rate-limits/rate-limiter.ts';
import type { SubgraphFetch } from '../subgraph-fetch/subgraph-request.ts';
import type { OperationTrace, Tracing } from '../tracing/tracing.ts';
import type { Logger } from './logger.ts';
import type { OperationMetrics } from './operation-metrics.ts';

/** How an operation ended. */
export interface CompletedOutcome {
  /** Undefined: something was executed. */
  readonly code: ErrorCode | undefined;
  readonly errorCodes: readonly ErrorCode[];
  /** Of the HTTP answer; none on a socket. */
  readonly status?: number;
  /** Of a subscription, those that its client was sent. */
  readonly events?: number;
}

interface SubgraphUse {
  calls: number;
  durationMs: number;
}

/** Logs what clients do not see: the message, cause and stack of every error from 500 up. */
export function logServerErrors(
  errors: readonly unknown[],
  { logger, requestId }: { logger: Logger; requestId: string },
): void {
  for (const error of errors) {
    const code = codeOf(error);
    // Of overload there is one line when it begins, and one when it ends.
    if (errorStatus[code] < 500 || code === 'OVERLOADED') continue;
    const path = error instanceof GraphQLError ? error.path?.join('.') : undefined;
    const fields = {
      [logFields.requestId]: requestId,
      [logFields.errorCodes]: [code],
      path,
      error,
    };
    if (code === 'INTERNAL_SERVER_ERROR') logger.error(fields, 'operation failed');
    else logger.warn(fields, 'subgraph failed');
  }
}

/** Who is told of operations that have ended. */
export interface OperationObservers {
  readonly logger: Logger;
  readonly operationMetrics: OperationMetrics | undefined;
}

interface OperationNames extends Pick<NormalizedOperation, 'operationName' | 'id'> {
  readonly type: string;
}

/** What was asked, for whoever would ask it again. */
export interface AskedOperation {
  readonly name: string | undefined;
  /** Equal for operations with equal text. */
  readonly id: string;
  readonly type: string;
  /** Of the document; empty for what is no query. */
  readonly text: string;
}

/** What is learnt about one operation while it runs, for its `operation completed` line. */
export class OperationRecord {
  readonly requestId: string;
  readonly #startedMs = performance.now();
  readonly #subgraphs = new Map<string, SubgraphUse>();
  client: ClientIdentity | undefined;
  /** Name of the contract that serves it; undefined: the whole graph. */
  contract: string | undefined;
  /** Its names alone: a subscription keeps its record longer than a supergraph lasts. */
  #operation: OperationNames | undefined;
  /** Of the document of a query: a subscription must not keep it. */
  text = '';
  activeLabels: readonly string[] = [];
  /** Estimated. */
  cost: number | undefined;
  /** Counted in what came; undefined where that is not done. */
  actualCost: number | undefined;
  allowances: readonly RateAllowance[] = [];

  #hookState: HookState | undefined;
  readonly #method: string | undefined;
  /** Undefined for what is not traced. */
  trace: OperationTrace | undefined;

  constructor(
    { requestId, method, headers }: Pick<OperationRequest, 'requestId' | 'method' | 'headers'>,
    tracing: Tracing | undefined,
  ) {
    this.requestId = requestId;
    this.#method = method;
    this.trace = tracing?.start(headers[headerNames.traceparent]);
  }

  set operation({ operationName, operation, id }: NormalizedOperation) {
    this.#operation = { operationName, type: operation.operation, id };
  }

  /** Undefined when it was not found out. */
  get asked(): AskedOperation | undefined {
    if (this.#operation === undefined) return undefined;
    const { operationName: name, id, type } = this.#operation;
    return { name, id, type, text: this.text };
  }

  /** Made to subgraphs so far. */
  get calls(): number {
    let calls = 0;
    for (const use of this.#subgraphs.values()) calls += use.calls;
    return calls;
  }

  /** What the hooks of this request keep. */
  get hookState(): HookState {
    this.#hookState ??= {};
    return this.#hookState;
  }

  /** Since the request came, in milliseconds. */
  get elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  readonly addAllowances = (allowances: readonly RateAllowance[]): void => {
    this.allowances = [...this.allowances, ...allowances];
  };

  /** The same fetch, counting calls and time by subgraph. */
  timing(fetch: SubgraphFetch): SubgraphFetch {
    const { trace } = this;
    const send = trace === undefined ? fetch : tracing(fetch, trace);
    return async (request) => {
      const startedMs = performance.now();
      try {
        return await send(request);
      } finally {
        this.#addCall(request.subgraph, performance.now() - startedMs);
      }
    };
  }

  /** Counts the operation and writes its line. */
  complete(outcome: CompletedOutcome, { logger, operationMetrics }: OperationObservers): void {
    const durationMs = this.elapsedMs;
    operationMetrics?.observe({
      type: this.#operation?.type,
      clientName: this.client?.name,
      code: outcome.code,
      hasErrors: outcome.errorCodes.length > 0,
      durationMs,
    });
    this.#log(logger, outcome, durationMs);
    this.endTrace(outcome);
  }

  /** Ends what is traced; of a subscription, that it has begun. */
  endTrace({ code, status }: Partial<CompletedOutcome> = {}): void {
    this.trace?.end({
      code,
      attributes: {
        [logFields.requestId]: this.requestId,
        [logFields.clientName]: this.client?.name,
        [logFields.clientVersion]: this.client?.version,
        [logFields.contract]: this.contract,
        [logFields.operationName]: this.#operation?.operationName,
        [logFields.operationType]: this.#operation?.type,
        [logFields.status]: status,
        'http.request.method': this.#method,
        'url.path': '/graphql',
      },
    });
    this.trace = undefined;
  }

  /** Fields without a value are left out. */
  #log(logger: Logger, outcome: CompletedOutcome, durationMs: number): void {
    if (!logger.isLevelEnabled('info')) return;
    logger.info(
      {
        [logFields.requestId]: this.requestId,
        [logFields.traceId]: this.trace?.traceId,
        [logFields.clientName]: this.client?.name,
        [logFields.clientVersion]: this.client?.version,
        [logFields.contract]: this.contract,
        [logFields.operationName]: this.#operation?.operationName,
        [logFields.operationType]: this.#operation?.type,
        [logFields.operationId]: this.#operation?.id,
        [logFields.overrideLabels]: this.activeLabels.length === 0 ? undefined : this.activeLabels,
        [logFields.cost]: this.cost,
        [logFields.actualCost]: this.actualCost,
        subgraphs: this.#subgraphTimes(),
        [logFields.errorCodes]: [...new Set(outcome.errorCodes)],
        [logFields.status]: outcome.status,
        [logFields.events]: outcome.events,
        [logFields.durationMs]: roundedMs(durationMs),
      },
      'operation completed',
    );
  }

  #addCall(subgraph: string, durationMs: number): void {
    const use = this.#subgraphs.get(subgraph) ?? { calls: 0, durationMs: 0 };
    use.calls += 1;
    use.durationMs += durationMs;
    this.#subgraphs.set(subgraph, use);
  }

  #subgraphTimes(): Record<string, { calls: number; duration_ms: number }> {
    return Object.fromEntries(
      [...this.#subgraphs].map(([name, { calls, durationMs }]) => [
        name,
        { calls, duration_ms: roundedMs(durationMs) },
      ]),
    );
  }
}

/** The same fetch, each call a span below the operation's. */
function tracing(fetch: SubgraphFetch, trace: OperationTrace): SubgraphFetch {
  return async (request) => {
    const call = trace.call(request);
    const headers = { ...request.context.headers, [headerNames.traceparent]: call.traceparent };
    try {
      const response = await fetch({ ...request, context: { ...request.context, headers } });
      call.end(undefined);
      return response;
    } catch (error) {
      call.end(codeOf(error));
      throw error;
    }
  };
}

function roundedMs(value: number): number {
  return Math.round(value * 100) / 100;
}
