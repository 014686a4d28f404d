import type { Attributes, HrTime } from '@opentelemetry/api';
import { ValueType } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import type { Resource } from '@opentelemetry/resources';
import type {
  CollectionResult,
  DataPoint,
  Histogram,
  MetricData,
  MetricProducer,
} from '@opentelemetry/sdk-metrics';
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { Registry } from 'prom-client';
import type { Config } from '../config.ts';
import { exporterSettings } from './otlp-exporting.ts';

/** What is still to be sent when the process ends may take so long. */
const flushTimeoutMs = 2_000;

/** Sends what `/metrics` tells to an OTLP collector, again and again, under the same names. */
export function exportMetrics(
  otlp: Config['telemetry']['otlp'],
  endpoint: string,
  { resource, registry }: { readonly resource: Resource; readonly registry: Registry },
): AsyncDisposable {
  const { exportIntervalMs } = otlp.metrics;
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(exporterSettings(otlp, `${endpoint}/v1/metrics`)),
    exportIntervalMillis: exportIntervalMs,
    exportTimeoutMillis: Math.min(otlp.timeoutMs, exportIntervalMs),
    metricProducers: [new RegistryProducer(registry, resource)],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return {
    [Symbol.asyncDispose]: () =>
      provider.shutdown({ timeoutMillis: flushTimeoutMs }).catch(() => undefined),
  };
}

/** One value of a metric of prom-client, as `getMetricsAsJSON` has it. */
interface PromValue {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  /** Of histograms: `..._bucket`, `..._sum` or `..._count`. */
  readonly metricName?: string;
}

interface PromMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly PromValue[];
}

/** The metrics of a registry in the words of OpenTelemetry; summaries have none there. */
class RegistryProducer implements MetricProducer {
  readonly #registry: Registry;
  readonly #resource: Resource;
  readonly #startTime = toHrTime(Date.now());

  constructor(registry: Registry, resource: Resource) {
    this.#registry = registry;
    this.#resource = resource;
  }

  async collect(): Promise<CollectionResult> {
    const metrics = (await this.#registry.getMetricsAsJSON()) as unknown as PromMetric[];
    const times = { startTime: this.#startTime, endTime: toHrTime(Date.now()) };
    const scopeMetrics = [
      {
        scope: { name: 'plaza-gateway' },
        metrics: metrics.flatMap((metric) => toMetricData(metric, times)),
      },
    ];
    return { resourceMetrics: { resource: this.#resource, scopeMetrics }, errors: [] };
  }
}

type Times = Pick<DataPoint<number>, 'startTime' | 'endTime'>;

function toMetricData({ name, help, type, values }: PromMetric, times: Times): MetricData[] {
  const unit = name.endsWith('_seconds') ? 's' : name.endsWith('_bytes') ? 'By' : '1';
  const base = {
    descriptor: { name, description: help, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  const points = (): DataPoint<number>[] =>
    values.map(({ value, labels }) => ({ ...times, attributes: { ...labels }, value }));
  switch (type) {
    case 'counter':
      return [
        { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: points() },
      ];
    case 'gauge':
      return [{ ...base, dataPointType: DataPointType.GAUGE, dataPoints: points() }];
    case 'histogram':
      return [
        {
          ...base,
          dataPointType: DataPointType.HISTOGRAM,
          dataPoints: histogramPoints(values, times),
        },
      ];
    default:
      return [];
  }
}

interface ReadHistogram {
  readonly attributes: Attributes;
  readonly boundaries: number[];
  /** Of all values up to each boundary, as Prometheus counts. */
  readonly upTo: number[];
  count: number;
  sum: number;
}

function histogramPoints(values: readonly PromValue[], times: Times): DataPoint<Histogram>[] {
  const histograms = new Map<string, ReadHistogram>();
  for (const { value, labels, metricName = '' } of values) {
    const { le, ...attributes } = labels;
    const key = JSON.stringify(attributes);
    const known = histograms.get(key) ?? emptyHistogram(attributes);
    histograms.set(key, known);
    if (metricName.endsWith('_sum')) known.sum = value;
    else if (metricName.endsWith('_count')) known.count = value;
    else if (le !== '+Inf') {
      known.boundaries.push(Number(le));
      known.upTo.push(value);
    }
  }
  return [...histograms.values()].map(({ attributes, boundaries, upTo, count, sum }) => {
    const counts = [...upTo, count].map((value, index) => value - (upTo[index - 1] ?? 0));
    return { ...times, attributes, value: { buckets: { boundaries, counts }, count, sum } };
  });
}

function emptyHistogram(attributes: Attributes): ReadHistogram {
  return { attributes, boundaries: [], upTo: [], count: 0, sum: 0 };
}

function toHrTime(ms: number): HrTime {
  return [Math.floor(ms / 1_000), (ms % 1_000) * 1_000_000];
}
