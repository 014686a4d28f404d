import { hostname } from 'node:os';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { readVersion } from '../config/version.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../telemetry/logger.ts';
import { seldom } from '../telemetry/seldom.ts';

/** Exports under way at once; one more is given up. */
const exportsMax = 2;
const warnIntervalMs = 60_000;

/** What an exporter of one signal is made from. */
export function exporterSettings(
  { headers, timeoutMs }: Pick<Config['telemetry']['otlp'], 'headers' | 'timeoutMs'>,
  url: string,
) {
  return { url, headers: { ...headers }, timeoutMillis: timeoutMs, concurrencyLimit: exportsMax };
}

/** Who sends spans and metrics. */
export function telemetryResource(serviceName: string): Resource {
  return resourceFromAttributes({
    'service.name': serviceName,
    'service.version': readVersion(),
    'service.instance.id': `${hostname()}:${process.pid}`,
    'host.name': hostname(),
    'process.pid': process.pid,
  });
}

/** Logs what cannot be exported: once in a while, since nobody serves worse for it. */
export function logExportProblems(logger: Logger): void {
  const warn = seldom(warnIntervalMs, (message: string) =>
    logger.warn({ detail: message.slice(0, 500) }, 'telemetry cannot be exported'),
  );
  const nothing = (): void => undefined;
  const diagnosis = { error: warn, warn, info: nothing, debug: nothing, verbose: nothing };
  diag.setLogger(diagnosis, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
