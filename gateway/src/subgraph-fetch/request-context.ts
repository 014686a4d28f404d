import { headers as headerNames } from '@plaza/schema/headers';
import type { OperationRequest } from '../operation-request.ts';
import { continueTrace, notSampled } from '../telemetry/trace-context.ts';
import type { OperationTrace, Tracing } from '../tracing/tracing.ts';
import type { AnswerHeaders } from './answer-headers.ts';
import type { RequestContext } from './subgraph-request.ts';

/** What calls to subgraphs go on with. Of what is not traced here they are told so. */
export function traceparentOf(
  { headers }: OperationRequest,
  trace: OperationTrace | undefined,
  tracing: Tracing | undefined,
): string {
  if (trace !== undefined) return trace.traceparent;
  const traceparent = continueTrace(headers[headerNames.traceparent]);
  return tracing === undefined ? traceparent : notSampled(traceparent);
}

/** What is known of an execution beside its request. */
interface ExecutionContext {
  readonly signal: AbortSignal;
  readonly traceparent: string;
  readonly position: string | undefined;
  readonly answerHeaders: AnswerHeaders | undefined;
}

/** What one execution carries along to the calls that it makes. */
export function contextOf(
  { headers, requestId }: OperationRequest,
  { signal, traceparent, position, answerHeaders }: ExecutionContext,
): RequestContext {
  return {
    requestId,
    signal,
    headers: { ...headers, [headerNames.traceparent]: traceparent },
    ...(position === undefined ? {} : { cachePosition: position }),
    ...(answerHeaders === undefined ? {} : { answerHeaders }),
  };
}
