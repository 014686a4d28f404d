import type { GraphQLFormattedError } from 'graphql';
import type { LiveEvent } from './live-event.ts';
import type { Subscriber } from './subscriber.ts';
import { WaitingEvents } from './waiting-events.ts';

/** Keys of which the latest event may wait for one slow client. */
const waitingMax = 1_000;

/** What a client that asked for it is sent where events may be missing: a GraphQL response map. */
export const gapPayload = '{"data":null,"extensions":{"gap":true}}';

/** A subscriber whose client may read more slowly than events come: the overflow rule holds then. */
export abstract class PacedSubscriber implements Subscriber {
  /** Whether the client asked to be told of events that it may have missed. */
  readonly #wantsGaps: boolean;
  #hasMissed = false;
  #waiting: WaitingEvents<LiveEvent> | undefined;

  constructor(wantsGaps: boolean) {
    this.#wantsGaps = wantsGaps;
  }

  abstract complete(): void;
  abstract fail(errors: readonly GraphQLFormattedError[]): void;
  protected abstract writeEvent(event: LiveEvent): void;
  protected abstract writeGap(): void;
  /** False while the client has more to read than it may; `resume` is called when it has read it. */
  protected abstract hasRoom(): boolean;
  /** The client reads too slowly for its subscription: its connection is closed. */
  protected abstract giveUp(): void;

  next(event: LiveEvent): void {
    if (this.#waiting === undefined && this.hasRoom()) this.writeEvent(event);
    else this.#overflow(event);
  }

  gap(): void {
    if (!this.#wantsGaps) return;
    if (this.hasRoom()) this.writeGap();
    else this.#hasMissed = true;
  }

  /** The client has read what there was for it. */
  resume(): void {
    if (this.#hasMissed) {
      this.#hasMissed = false;
      this.gap();
    }
    while (this.#waiting !== undefined && this.hasRoom()) {
      const event = this.#waiting.take();
      if (event === undefined) this.#waiting = undefined;
      else this.writeEvent(event);
    }
  }

  #overflow(event: LiveEvent): void {
    switch (event.overflow) {
      case 'disconnect':
        this.giveUp();
        break;
      case 'dropNewest':
        this.#hasMissed = true;
        break;
      case 'coalesce':
        this.#waiting ??= new WaitingEvents();
        this.#waiting.add(event);
        if (this.#waiting.size > waitingMax) this.giveUp();
        break;
    }
  }
}

/** A client may ask to be told where events may be missing: `extensions: { gaps: true }`. */
export function wantsGaps(extensions: unknown): boolean {
  if (typeof extensions !== 'object' || extensions === null) return false;
  return 'gaps' in extensions && extensions.gaps === true;
}
