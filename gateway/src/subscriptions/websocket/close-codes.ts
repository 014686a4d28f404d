import { codeOf } from '../../graphql-errors.ts';
import type { Viewer } from '../../identity/viewer.ts';

/** Why the server closes a client's WebSocket: a close code and the reason that goes with it. */
export interface CloseReason {
  readonly code: number;
  /** At most 123 bytes of UTF-8 (RFC 6455, section 5.5). */
  readonly reason: string;
}

const reasonCharactersMax = 123;

/**
 * The closes of graphql-transport-ws (graphql-ws, PROTOCOL.md) with the reasons that its clients
 * know, and some of ours; the legacy protocol has none of its own, and its clients look at none. After 1001, 1013, 4403, 4408 and 4413 graphql-ws's own client connects
 * again, after the others it does not.
 */
export const closes = {
  terminated: { code: 1000, reason: 'Terminated by the client' },
  draining: { code: 1001, reason: 'The server is going away: connect again' },
  badMessage: (problem: string): CloseReason => ({ code: 4400, reason: problem }),
  subscribedTooEarly: { code: 4401, reason: 'Unauthorized' },
  unidentified: (cause: unknown): CloseReason => {
    switch (codeOf(cause)) {
      case 'UNAUTHENTICATED':
        return { code: 4403, reason: 'Forbidden' };
      case 'BAD_REQUEST':
        return { code: 4400, reason: 'Send a token or an API key, not both' };
      default:
        return { code: 1013, reason: 'Try again later' };
    }
  },
  identityEnded: (viewer: Viewer | undefined): CloseReason => ({
    code: 4403,
    reason: viewer?.kind === 'partner' ? 'API key no longer valid' : 'Token expired',
  }),
  badSubprotocol: { code: 4406, reason: 'Subprotocol not acceptable' },
  initialisationTimeout: { code: 4408, reason: 'Connection initialisation timeout' },
  /** `id` as JSON text of ASCII characters. */
  idInUse: (id: string): CloseReason => ({
    code: 4409,
    reason: `Subscriber for ${id.slice(1, -1)} already exists`.slice(0, reasonCharactersMax),
  }),
  tooSlow: { code: 4413, reason: 'Events wait too long to be read' },
  initialisedTwice: { code: 4429, reason: 'Too many initialisation requests' },
  tooManyMessages: { code: 4429, reason: 'Too many messages' },
  tooManySockets: { code: 4429, reason: 'Too many sockets' },
} as const;
