import type { GraphQLFormattedError } from 'graphql';
import type { EventEncoder } from '../live-event.ts';
import type { MessageTypes } from './client-messages.ts';
import type { EventFrame } from './event-frame.ts';

/**
 * What tells the protocols of client sockets apart: words, and a few rules. States, limits, identity
 * and pace are the same for all. Ids are JSON text of ASCII characters.
 */
export interface ClientProtocol {
  /** Its name among the subprotocols that a client offers. */
  readonly subprotocol: string;
  readonly messageTypes: MessageTypes;
  /** A constant function, so that the frame of an event is shared by all clients. */
  readonly frameOf: EventEncoder<EventFrame>;
  /** The message that an operation has failed: nothing of it follows. */
  failed(id: string, errors: readonly GraphQLFormattedError[]): string;
  /**
   * The message that the client itself is at fault. Where there is none, the code with which its
   * socket is closed says so, after a bad message too; else that one is only refused.
   */
  readonly connectionFailed: ((errors: readonly GraphQLFormattedError[]) => string) | undefined;
  /**
   * A whole frame that clients want after the acknowledgement and ever again, whatever else comes:
   * without it they take the connection for dead. Undefined where pings of WebSocket will do.
   */
  readonly keepAlive: Buffer | undefined;
  /** Whether operations may come before the acknowledgement, and then wait for it. */
  readonly hasEarlyStart: boolean;
  /** Whether an operation takes the place of another with its id; else the socket is closed. */
  readonly isIdReusable: boolean;
  /** Whether a client that stops an operation is told that it has ended. */
  readonly isStopConfirmed: boolean;
}

/** The message that an operation is over. */
export function completeMessage(id: string): string {
  return `{"id":${id},"type":"complete"}`;
}
