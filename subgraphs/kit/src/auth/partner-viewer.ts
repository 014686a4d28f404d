import type { IncomingHttpHeaders } from 'node:http';
import { headers as headerNames } from '@plaza/schema/headers';
import { type Scope, scopes } from '@plaza/schema/scopes';
import { isUuid } from '../uuid.ts';
import type { Authenticate } from './authenticator.ts';
import type { Viewer } from './viewer.ts';

/**
 * The same for requests that a gateway has signed: those of a partner, whose API key it has verified,
 * say so in headers. Only behind the verifier, which lets no such header in unsigned.
 */
export function orPartner(authenticate: Authenticate): Authenticate {
  return async (headers) => partnerIn(headers) ?? authenticate(headers);
}

function partnerIn(headers: IncomingHttpHeaders): Viewer | undefined {
  const id = headers[headerNames.partnerId];
  if (typeof id !== 'string' || !isUuid(id)) return undefined;
  const granted = String(headers[headerNames.partnerScopes] ?? '').split(' ');
  return { userId: id.toLowerCase(), roles: new Set(), scopes: new Set(granted.filter(isScope)) };
}

function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}
