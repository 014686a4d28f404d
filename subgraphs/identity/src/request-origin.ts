import { isIP } from 'node:net';
import type { SubgraphContext } from '@plaza/kit/subgraph';
import { headers as headerNames } from '@plaza/schema/headers';

const clientNameLengthMax = 100;

/** Where a request came from: what the audit and the lock-out know of it. */
export interface RequestOrigin {
  /** Who asks; undefined when nobody is logged in. */
  readonly actorId: string | undefined;
  readonly requestId: string;
  /** Undefined unless a gateway in front says it in the configured header. */
  readonly clientAddress: string | undefined;
  /** What the client calls itself. */
  readonly clientName: string | undefined;
}

/** Reads a request's origin. Of a list of addresses the last counts: the gateway wrote that one. */
export function readOrigin(
  { viewer, requestId, headers }: SubgraphContext,
  clientAddressHeader: string | undefined,
): RequestOrigin {
  const given = clientAddressHeader === undefined ? undefined : headers[clientAddressHeader];
  const address = String(given ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  const name = headers[headerNames.clientName];
  return {
    actorId: viewer?.userId,
    requestId,
    clientAddress: address !== undefined && isIP(address) !== 0 ? address : undefined,
    clientName: typeof name === 'string' ? name.slice(0, clientNameLengthMax) : undefined,
  };
}
