import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** An exporter that keeps what it is given, whatever becomes of it. */
export interface SpanCollection {
  readonly exporter: SpanExporter;
  readonly spans: readonly ReadableSpan[];
}

export function collectSpans(): SpanCollection {
  const spans: ReadableSpan[] = [];
  const exporter: SpanExporter = {
    export: (some, done) => {
      spans.push(...some);
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  return { exporter, spans };
}
