const hidden = new Set(['time', 'level', 'message', 'service.name', 'error']);

/** Rewrites one JSON log line for eyes: time, level, message and the fields as name=value. */
export function toPrettyLine(line: string): string {
  const entry = JSON.parse(line) as Record<string, unknown>;
  const time = String(entry.time).slice(11, 23);
  const level = String(entry.level).toUpperCase().padEnd(5);
  const fields = Object.entries(entry)
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const error = describeError(entry.error);
  return `${[time, level, entry.message, ...fields].join(' ')}${error}\n`;
}

interface ErrorEntry {
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: unknown;
}

function describeError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message = '', cause } = error as ErrorEntry;
  return `\n  ${(stack ?? message).replaceAll('\n', '\n  ')}${describeError(cause)}`;
}
