import type { GraphQLFormattedError } from 'graphql';
import type { EventEncoder } from '../live-event.ts';

/** How events are written into the body of one HTTP answer. */
export interface StreamFormat {
  readonly contentType: string;
  readonly opening: string;
  /** A constant function, so that what it makes of an event is shared by all clients. */
  readonly next: EventEncoder<Buffer>;
  /** Tells client and proxies that the connection lives. */
  readonly heartbeat: string | Buffer;
  /** Nothing follows: the operation is over. */
  readonly complete: string;
  /** The same for an operation that failed. */
  failed(errors: readonly GraphQLFormattedError[]): string | Buffer;
  /** The same, though the operation is not over: the client had better subscribe again, elsewhere. */
  readonly sentAway: string | Buffer;
}
