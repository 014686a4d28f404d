import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireMessage } from './read-protobuf.ts';
import { bytesIn, messagesIn, numberIn, readMessage, textIn } from './read-protobuf.ts';

type Attributes = Readonly<Record<string, string | number>>;

/** A span as a collector gets it. */
export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly attributes: Attributes;
  readonly isError: boolean;
}

export interface ReceivedMetric {
  readonly name: string;
  readonly kind: 'gauge' | 'sum' | 'histogram' | 'other';
  readonly points: readonly { readonly attributes: Attributes; readonly value: number }[];
}

/** A collector that takes OTLP over HTTP, and keeps what it is sent. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly url: string;
  readonly headers: readonly IncomingHttpHeaders[];
  readonly spans: readonly ReceivedSpan[];
  readonly metrics: readonly ReceivedMetric[];
  /** From now on it takes nothing, and answers with this status. */
  fail(status: number): void;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const metrics: ReceivedMetric[] = [];
  const headers: IncomingHttpHeaders[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      headers.push(request.headers);
      const message = readMessage(Buffer.concat(chunks));
      if (status === 200 && request.url === '/v1/traces') spans.push(...readSpans(message));
      if (status === 200 && request.url === '/v1/metrics') metrics.push(...readMetrics(message));
      response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headers,
    spans,
    metrics,
    fail: (next) => {
      status = next;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** ExportTraceServiceRequest. */
function readSpans(message: WireMessage): ReceivedSpan[] {
  return messagesIn(message, 1).flatMap((ofResource) => {
    const [resource] = messagesIn(ofResource, 1);
    const service = String(readAttributes(resource, 1)['service.name']);
    return messagesIn(ofResource, 2)
      .flatMap((ofScope) => messagesIn(ofScope, 2))
      .map((span) => ({
        service,
        traceId: bytesIn(span, 1).toString('hex'),
        spanId: bytesIn(span, 2).toString('hex'),
        parentSpanId: bytesIn(span, 4).toString('hex'),
        name: textIn(span, 5),
        kind: numberIn(span, 6),
        attributes: readAttributes(span, 9),
        isError: numberIn(messagesIn(span, 15)[0], 3) === 2,
      }));
  });
}

/** ExportMetricsServiceRequest. */
function readMetrics(message: WireMessage): ReceivedMetric[] {
  return messagesIn(message, 1)
    .flatMap((ofResource) => messagesIn(ofResource, 2))
    .flatMap((ofScope) => messagesIn(ofScope, 2))
    .map((metric) => {
      const name = textIn(metric, 1);
      const [gauge] = messagesIn(metric, 5);
      const [sum] = messagesIn(metric, 7);
      const [histogram] = messagesIn(metric, 9);
      if (histogram !== undefined) {
        const points = messagesIn(histogram, 1).map((point) => ({
          attributes: readAttributes(point, 9),
          value: Number(bytesIn(point, 4).readBigUInt64LE(0)),
        }));
        return { name, kind: 'histogram', points };
      }
      const points = messagesIn(gauge ?? sum, 1).map((point) => ({
        attributes: readAttributes(point, 7),
        value: numberIn(point, 4),
      }));
      return {
        name,
        kind: gauge !== undefined ? 'gauge' : sum === undefined ? 'other' : 'sum',
        points,
      };
    });
}

function readAttributes(message: WireMessage | undefined, field: number): Attributes {
  return Object.fromEntries(
    messagesIn(message, field).map((pair) => {
      const [value] = messagesIn(pair, 2);
      const isText = value?.has(1) === true;
      return [textIn(pair, 1), isText ? textIn(value, 1) : numberIn(value, value?.has(3) ? 3 : 4)];
    }),
  );
}
