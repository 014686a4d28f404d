/** Why the server closes a client's WebSocket: a close code and the reason that goes with it. */
export interface CloseReason {
  readonly code: number;
  /** At most 123 bytes of UTF-8 (RFC 6455, section 5.5). */
  readonly reason: string;
}

/**
 * The closes of graphql-transport-ws (graphql-ws, PROTOCOL.md) with the reasons that its clients
 * know, and those of ours: 4413 and 1001. README.md lists them all.
 */
export const closes = {
  badMessage: (problem: string): CloseReason => ({ code: 4400, reason: problem }),
  subscribedTooEarly: { code: 4401, reason: 'Unauthorized' },
  badSubprotocol: { code: 4406, reason: 'Subprotocol not acceptable' },
  initialisationTimeout: { code: 4408, reason: 'Connection initialisation timeout' },
  idInUse: (id: string): CloseReason => ({
    code: 4409,
    reason: `Subscriber for ${id} already exists`,
  }),
  initialisedTwice: { code: 4429, reason: 'Too many initialisation requests' },
  tooSlow: { code: 4413, reason: 'Events wait too long to be read' },
  fault: { code: 4500, reason: 'Internal server error' },
} as const;
