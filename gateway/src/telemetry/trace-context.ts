import { randomUUID } from 'node:crypto';

const traceparentPattern = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The client's `traceparent` if it is valid (W3C Trace Context, section 3.2.2), else that of a new
 * trace that is not sampled, so that every subgraph call of one request shares one trace id.
 */
export function continueTrace(traceparent: string | undefined): string {
  if (traceparent !== undefined && traceparentPattern.test(traceparent)) return traceparent;
  return `00-${randomHex()}-${randomHex().slice(0, 16)}-00`;
}

/** 32 digits. Node keeps random bytes for the next UUIDs; asked for alone, they cost microseconds. */
function randomHex(): string {
  return randomUUID().replaceAll('-', '');
}
