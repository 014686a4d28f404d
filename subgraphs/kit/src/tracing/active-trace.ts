import { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, Context, SpanKind, Tracer } from '@opentelemetry/api';
import { SpanStatusCode, trace } from '@opentelemetry/api';

/** Where new spans belong. */
interface ActiveTrace {
  readonly tracer: Tracer;
  readonly context: Context;
}

export interface SpanDescription {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
}

/** Set while a request or a message is dealt with that is traced, and never otherwise. */
const active = new AsyncLocalStorage<ActiveTrace>();

/** Runs work as a span below another one; what it does finds the span by itself. */
export async function runTraced<Result>(
  { tracer, context }: ActiveTrace,
  { name, kind, attributes }: SpanDescription,
  work: () => Promise<Result>,
): Promise<Result> {
  const span = tracer.startSpan(name, { kind, attributes }, context);
  try {
    return await active.run({ tracer, context: trace.setSpan(context, span) }, work);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** The same below whatever is traced now; work alone where nothing is. */
export function runBelow<Result>(
  describe: () => SpanDescription,
  work: () => Promise<Result>,
): Promise<Result> {
  const store = active.getStore();
  return store === undefined ? work() : runTraced(store, describe(), work);
}

/** `traceparent` (W3C Trace Context) for what is caused now; undefined where nothing is traced. */
export function activeTraceparent(): string | undefined {
  const store = active.getStore();
  const span = store && trace.getSpanContext(store.context);
  return span && `00-${span.traceId}-${span.spanId}-01`;
}
