import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import type { Config } from '../config.ts';
import { codeOf } from '../graphql-errors.ts';
import { toPrettyLine } from './pretty-log.ts';

export type { Logger } from 'pino';

/** Causes of causes that one line tells. */
const causesMax = 4;

/**
 * Creates the logger of a process: one JSON object per line with a fixed message, or a line for
 * eyes. Never hand it variables, tokens or document text.
 */
export function createLogger(
  { level, format }: Config['logging'],
  output: DestinationStream & { isTTY?: boolean } = process.stdout,
): Logger {
  const isPretty = format === 'pretty' || (format === 'auto' && output.isTTY === true);
  const destination = isPretty
    ? { write: (line: string) => output.write(toPrettyLine(line)) }
    : output;
  return pino(
    {
      level,
      base: { 'service.name': 'plaza-gateway' },
      messageKey: 'message',
      errorKey: 'error',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      serializers: { error: (error: unknown) => describeError(error) },
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError;
}

/** An error for the log, its causes with it; nothing that a library may have hung on to it. */
function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause: unknown =
    error.cause ?? ('originalError' in error ? error.originalError : undefined) ?? undefined;
  return {
    type: error.name,
    message: error.message,
    ...code,
    ...(depth === 0 && isUnforeseen(error) ? { stack: error.stack } : {}),
    ...(cause === undefined || depth >= causesMax
      ? {}
      : { cause: describeError(cause, depth + 1) }),
  };
}

/** A stack helps to find a defect; a subgraph that is down is none, and its stack says nothing. */
function isUnforeseen(error: Error): boolean {
  return codeOf(error) === 'INTERNAL_SERVER_ERROR';
}
