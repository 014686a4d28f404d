import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { Resource } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { readVersion } from '../config/version.ts';
import type { Config } from '../config.ts';
import { readTraceparent } from '../telemetry/trace-context.ts';
import { exporterSettings } from './otlp-exporting.ts';
import { SpanTrace } from './span-trace.ts';
import type { Tracing } from './tracing.ts';

/** Longer values of attributes are cut off. */
const attributeCharactersMax = 256;
const spansPerExportMax = 512;
/** What is still to be sent when the process ends may take so long. */
const flushTimeoutMs = 2_000;

/** Sends spans of sampled operations to an OTLP collector, some at a time, beside the requests. */
export function openTracing(
  otlp: Config['telemetry']['otlp'],
  endpoint: string,
  resource: Resource,
): Tracing {
  const { traces } = otlp;
  const provider = new TracerProvider({
    resource,
    // What is not sampled never gets here.
    sampler: new AlwaysOnSampler(),
    spanLimits: { attributeValueLengthLimit: attributeCharactersMax },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter(exporterSettings(otlp, `${endpoint}/v1/traces`)),
        maxQueueSize: traces.queuedSpansMax,
        maxExportBatchSize: Math.min(spansPerExportMax, traces.queuedSpansMax),
        scheduledDelayMillis: traces.exportIntervalMs,
        exportTimeoutMillis: otlp.timeoutMs,
      }),
    ],
  });
  const tracer = provider.getTracer('plaza-gateway', readVersion());
  return {
    start: (traceparent) => {
      const parent = readTraceparent(traceparent);
      const isSampled =
        parent !== undefined && traces.followClients
          ? parent.isSampled
          : Math.random() < traces.sampleRatio;
      return isSampled ? new SpanTrace(tracer, parent) : undefined;
    },
    [Symbol.asyncDispose]: async () => {
      const { promise: timeout, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, flushTimeoutMs);
      await Promise.race([provider.shutdown().catch(() => undefined), timeout]);
      clearTimeout(timer);
    },
  };
}
