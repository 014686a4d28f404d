import type { Registry } from 'prom-client';
import type { Config } from '../config.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Tracing } from './tracing.ts';

/** What is told to a collector. */
export interface OpenTelemetry extends AsyncDisposable {
  /** Undefined without a collector. */
  readonly tracing: Tracing | undefined;
}

/** True when metrics are sent to a collector. */
export function exportsMetrics({ telemetry }: Pick<Config, 'telemetry'>): boolean {
  const { endpoint, metrics } = telemetry.otlp;
  return endpoint !== undefined && metrics.exportIntervalMs > 0;
}

/** Opens the ways to the collector; without one, no code of OpenTelemetry is loaded. */
export async function openTelemetry(
  { telemetry }: Pick<Config, 'telemetry'>,
  registry: Registry | undefined,
  logger: Logger,
): Promise<OpenTelemetry> {
  const { otlp, serviceName } = telemetry;
  await using resources = new AsyncDisposableStack();
  if (otlp.endpoint === undefined) return { tracing: undefined, ...disposing(resources.move()) };
  const [{ logExportProblems, telemetryResource }, { openTracing }, { exportMetrics }] =
    await Promise.all([
      import('./otlp-exporting.ts'),
      import('./open-tracing.ts'),
      import('./export-metrics.ts'),
    ]);
  logExportProblems(logger);
  const endpoint = otlp.endpoint.replace(/\/$/, '');
  const resource = telemetryResource(serviceName);
  const tracing = resources.use(openTracing(otlp, endpoint, resource));
  if (registry !== undefined && exportsMetrics({ telemetry })) {
    resources.use(exportMetrics(otlp, endpoint, { resource, registry }));
  }
  return { tracing, ...disposing(resources.move()) };
}

function disposing(resources: AsyncDisposableStack): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
