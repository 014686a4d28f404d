import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { headers as headerNames } from '@plaza/schema/headers';

/** The client's request id if it is 1 to 128 harmless characters, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers[headerNames.requestId];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}
