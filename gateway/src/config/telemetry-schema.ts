import { z } from 'zod';
import { count, milliseconds } from './number-options.ts';

const otlp = z.strictObject({
  endpoint: z
    .url({
      protocol: /^https?$/,
      error: 'must be an http or https URL, such as http://localhost:4318',
    })
    .optional()
    .describe(
      'OpenTelemetry collector that takes OTLP over HTTP; /v1/traces and /v1/metrics follow. ' +
        'Without it nothing is traced or sent.',
    ),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Request headers for the collector, such as its key.'),
  timeoutMs: milliseconds({ min: 1, max: 600_000 })
    .default(10_000)
    .describe('Time for the collector to take something, in milliseconds; then it is lost.'),
  traces: z
    .strictObject({
      sampleRatio: z
        .number()
        .min(0)
        .max(1)
        .default(0.1)
        .describe('Share of the operations that are traced, from 0 to 1.'),
      followClients: z
        .boolean()
        .default(true)
        .describe('Whether a client that sends a traceparent decides whether it is traced.'),
      queuedSpansMax: count(1_000_000)
        .default(4_096)
        .describe('Spans that may wait to be sent; more are lost.'),
      exportIntervalMs: milliseconds({ min: 10, max: 600_000 })
        .default(5_000)
        .describe('Time between two sendings of spans, in milliseconds.'),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      exportIntervalMs: milliseconds({ min: 0, max: 3_600_000 })
        .default(60_000)
        .describe('Time between two sendings of metrics, in milliseconds. 0: none are sent.'),
    })
    .prefault({}),
});

/** What is told to an OpenTelemetry collector. */
export const telemetrySchema = z.strictObject({
  serviceName: z
    .string()
    .min(1)
    .max(200)
    .default('plaza-gateway')
    .describe('What collectors know this gateway by.'),
  otlp: otlp.prefault({}),
});
