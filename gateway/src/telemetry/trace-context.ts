import { randomUUID } from 'node:crypto';

const traceparentPattern =
  /^[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})$/;

/** Who caused a request (W3C Trace Context, section 3.2). */
export interface ParentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** Undefined for a `traceparent` that is none. */
export function readTraceparent(traceparent: string | undefined): ParentSpan | undefined {
  const match = traceparent === undefined ? null : traceparentPattern.exec(traceparent);
  if (match === null) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = match;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function writeTraceparent({ traceId, spanId, isSampled }: ParentSpan): string {
  return `00-${traceId}-${spanId}-0${isSampled ? 1 : 0}`;
}

/**
 * The client's `traceparent` if it is valid (W3C Trace Context, section 3.2.2), else that of a new
 * trace that is not sampled, so that every subgraph call of one request shares one trace id.
 */
export function continueTrace(traceparent: string | undefined): string {
  if (traceparent !== undefined && traceparentPattern.test(traceparent)) return traceparent;
  return `00-${randomHex()}-${randomHex().slice(0, 16)}-00`;
}

/** The same, but nobody is to record it. */
export function notSampled(traceparent: string): string {
  return `${traceparent.slice(0, -2)}00`;
}

/** 32 digits. Node keeps random bytes for the next UUIDs; asked for alone, they cost microseconds. */
function randomHex(): string {
  return randomUUID().replaceAll('-', '');
}
