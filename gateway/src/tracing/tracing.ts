import type { ErrorCode } from '@plaza/schema/errors';
import type { SubgraphRequest } from '../subgraph-fetch/subgraph-request.ts';

/** How an operation ended, for its span. */
export interface TracedEnd {
  /** Named as in the log. Those without a value are left out. */
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  /** Undefined: something was executed. */
  readonly code: ErrorCode | undefined;
}

/** A call to a subgraph under way. */
export interface TracedCall {
  /** For the subgraph to go on with. */
  readonly traceparent: string;
  /** `code`: of the error that it ended with. */
  end(code: ErrorCode | undefined): void;
}

/** One operation that is traced. */
export interface OperationTrace {
  readonly traceId: string;
  readonly traceparent: string;
  /** Runs work as a span of its own: for work that is not done for each request. */
  stage<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result>;
  call(request: Pick<SubgraphRequest, 'subgraph' | 'operationKind'>): TracedCall;
  end(end: TracedEnd): void;
}

/** Starts traces of the operations that are sampled. */
export interface Tracing extends AsyncDisposable {
  /** Undefined for an operation that is not. `traceparent` is the client's, if it sent one. */
  start(traceparent: string | undefined): OperationTrace | undefined;
}

/** Runs work of an operation, as a span of its own if that is traced. */
export function traced<Result>(
  trace: OperationTrace | undefined,
  name: string,
  work: () => Result | Promise<Result>,
): Result | Promise<Result> {
  return trace === undefined ? work() : trace.stage(name, work);
}
