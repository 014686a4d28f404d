import type { Config } from '../config.ts';

/** What happens to the events of a client that reads too slowly. */
export type OverflowRule = Config['subscriptions']['overflow'];

/** Turns the payload of an event into what a transport writes. */
export type EventEncoder<Encoded> = (payload: Buffer) => Encoded;

/** One event as clients get it, made once for all subscribers of a channel. */
export class LiveEvent {
  /** A GraphQL response map (GraphQL, section 7.1) as JSON. Never changed. */
  readonly payload: Buffer;
  readonly overflow: OverflowRule;
  /** Of two events with one key, the later one says all that the earlier one does. */
  readonly key: string;
  readonly #encoded = new Map<EventEncoder<unknown>, unknown>();

  constructor(payload: Buffer, { overflow, key }: Pick<LiveEvent, 'overflow' | 'key'>) {
    this.payload = payload;
    this.overflow = overflow;
    this.key = key;
  }

  /** What the encoder, a constant function, makes of the payload: once, whoever asks. */
  encode<Encoded>(encoder: EventEncoder<Encoded>): Encoded {
    const known = this.#encoded.get(encoder);
    if (known !== undefined) return known as Encoded;
    const encoded = encoder(this.payload);
    this.#encoded.set(encoder, encoded);
    return encoded;
  }
}
