import { hostname } from 'node:os';
import type { Context, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Message } from '../message-bus/message.ts';
import type { MessageHandler } from '../message-bus/message-bus.ts';
import { runTraced } from './active-trace.ts';

/** Spans that may wait to be sent; more are lost. */
const queuedSpansMax = 4_096;
const exportIntervalMs = 2_000;
/** Time for the collector to take some. */
const exportTimeoutMs = 10_000;
/** What is still to be sent when the process ends may take so long. */
const flushTimeoutMs = 2_000;

const sampledTraceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f][13579bdf]$/;

/** A request for one operation. */
export interface TracedRequest {
  /** The gateway's; only what it has sampled is traced. */
  readonly traceparent: string | string[] | undefined;
  readonly requestId: string;
  readonly operationName: string | undefined;
}

/** Goes on with the traces that gateways begin. */
export class SubgraphTracing implements AsyncDisposable {
  readonly #tracer: Tracer;
  readonly #shutdown: () => Promise<void>;

  private constructor(tracer: Tracer, shutdown: () => Promise<void>) {
    this.#tracer = tracer;
    this.#shutdown = shutdown;
  }

  /**
   * Sends spans to an OTLP collector, such as http://localhost:4318, or to the exporter of a test.
   * Undefined without an endpoint: no code of OpenTelemetry's SDK is loaded then.
   */
  static async open(
    subgraph: string,
    target: string | SpanExporter | undefined,
  ): Promise<SubgraphTracing | undefined> {
    if (target === undefined) return undefined;
    const [{ resourceFromAttributes }, { AlwaysOnSampler, BatchSpanProcessor, TracerProvider }] =
      await Promise.all([import('@opentelemetry/resources'), import('@opentelemetry/sdk-trace')]);
    const exporter = typeof target === 'string' ? await createExporter(target) : target;
    const provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': `plaza-${subgraph}`,
        'service.instance.id': `${hostname()}:${process.pid}`,
      }),
      sampler: new AlwaysOnSampler(),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter,
          maxQueueSize: queuedSpansMax,
          scheduledDelayMillis: exportIntervalMs,
          exportTimeoutMillis: exportTimeoutMs,
        }),
      ],
    });
    return new SubgraphTracing(provider.getTracer('plaza-subgraph'), () => provider.shutdown());
  }

  /** Runs an operation as a span, and what it asks the database as spans below. */
  runRequest<Result>(request: TracedRequest, work: () => Promise<Result>): Promise<Result> {
    const { traceparent, requestId, operationName } = request;
    const context = typeof traceparent === 'string' ? contextBelow(traceparent) : undefined;
    if (context === undefined) return work();
    const attributes = {
      'http.request.id': requestId,
      ...(operationName !== undefined && { 'graphql.operation.name': operationName }),
    };
    const description = { name: 'GraphQL Operation', kind: SpanKind.SERVER, attributes };
    return runTraced({ tracer: this.#tracer, context }, description, work);
  }

  /** The same handler, going on with the trace that a message was sent in. */
  tracing(queue: string, handler: MessageHandler): MessageHandler {
    return (message, delivery) => {
      const context = contextBelow(message.traceparent);
      if (context === undefined) return handler(message, delivery);
      const description = describeMessage(queue, message);
      return runTraced({ tracer: this.#tracer, context }, description, () =>
        handler(message, delivery),
      );
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise: timeout, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, flushTimeoutMs);
    await Promise.race([this.#shutdown().catch(() => undefined), timeout]);
    clearTimeout(timer);
  }
}

async function createExporter(endpoint: string): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  return new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs, concurrencyLimit: 2 });
}

/** Undefined for what is not sampled. */
function contextBelow(traceparent: string | undefined): Context | undefined {
  const match = traceparent === undefined ? null : sampledTraceparent.exec(traceparent);
  if (match === null) return undefined;
  const [, traceId = '', spanId = ''] = match;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, isRemote: true });
}

function describeMessage(queue: string, { id, type }: Message) {
  return {
    name: `process ${queue}`,
    kind: SpanKind.CONSUMER,
    attributes: {
      'messaging.destination.name': queue,
      'messaging.message.id': id,
      'messaging.message.type': type,
    },
  };
}
