import type { Context, Span, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ErrorCode } from '@plaza/schema/errors';
import { errorStatus } from '@plaza/schema/errors';
import { logFields } from '@plaza/schema/log-fields';
import { codeOf } from '../graphql-errors.ts';
import type { SubgraphRequest } from '../subgraph-fetch/subgraph-request.ts';
import type { ParentSpan } from '../telemetry/trace-context.ts';
import { writeTraceparent } from '../telemetry/trace-context.ts';
import type { OperationTrace, TracedCall, TracedEnd } from './tracing.ts';

/**
 * An operation as a span of a server, with what it does as spans below it. It is handed on, not found
 * in an active context, which would cost every promise of every request.
 */
export class SpanTrace implements OperationTrace {
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #context: Context;
  readonly traceparent: string;

  constructor(tracer: Tracer, parent: ParentSpan | undefined) {
    this.#tracer = tracer;
    const above = contextBelow(parent);
    this.#span = tracer.startSpan('GraphQL Operation', { kind: SpanKind.SERVER }, above);
    this.#context = trace.setSpan(above, this.#span);
    this.traceparent = traceparentOf(this.#span);
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  async stage<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> {
    const span = this.#tracer.startSpan(name, {}, this.#context);
    try {
      return await work();
    } catch (error) {
      markError(span, codeOf(error));
      throw error;
    } finally {
      span.end();
    }
  }

  call({
    subgraph,
    operationKind,
  }: Pick<SubgraphRequest, 'subgraph' | 'operationKind'>): TracedCall {
    const attributes = {
      [logFields.subgraph]: subgraph,
      [logFields.operationType]: operationKind,
      'http.request.method': 'POST',
    };
    const options = { kind: SpanKind.CLIENT, attributes };
    const span = this.#tracer.startSpan(`subgraph ${subgraph}`, options, this.#context);
    return {
      traceparent: traceparentOf(span),
      end: (code) => {
        if (code !== undefined) markError(span, code);
        span.end();
      },
    };
  }

  /** The name of the span is the type alone: clients choose names, and backends count by them. */
  end({ attributes, code }: TracedEnd): void {
    const type = attributes[logFields.operationType];
    if (type !== undefined) this.#span.updateName(String(type));
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) this.#span.setAttribute(name, value);
    }
    if (code !== undefined) markError(this.#span, code);
    this.#span.end();
  }
}

function contextBelow(parent: ParentSpan | undefined): Context {
  if (parent === undefined) return ROOT_CONTEXT;
  const { traceId, spanId } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, isRemote: true });
}

function traceparentOf(span: Span): string {
  return writeTraceparent({ ...span.spanContext(), isSampled: true });
}

/** What the client did wrong is no failure of the server (OpenTelemetry, HTTP spans). */
function markError(span: Span, code: ErrorCode): void {
  span.setAttribute('error.type', code);
  if (errorStatus[code] >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
}
