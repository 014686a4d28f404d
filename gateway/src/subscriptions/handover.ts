import type { GraphQLFormattedError } from 'graphql';
import type { Channel, ChannelListener } from './channel.ts';
import type { LiveEvent } from './live-event.ts';
import type { Member, MemberMove } from './member.ts';

/** Events of each channel that are remembered; with more, the oldest or newest is forgotten. */
const eventsMax = 1_000;
/** How long both channels may be silent, or tell different things, once the new one listens. */
const settleMs = 5_000;

/**
 * Moves a member to a channel of another upstream without losing or repeating an event. Both are
 * followed until they deliver the same event: there the one leaves off and the other goes on. When
 * they do not in time, the new one goes on with all that it has delivered meanwhile; at once when they
 * never could, since the member may no longer see all that it saw.
 */
export class Handover implements MemberMove {
  readonly #member: Member;
  readonly #from: Channel;
  readonly #to: Channel;
  readonly #outgoing: ChannelListener;
  readonly #incoming: ChannelListener;
  /** Delivered by the old channel, and so seen by the client. */
  readonly #seen: LiveEvent[] = [];
  /** Delivered by the new channel, and not seen yet. */
  readonly #held: LiveEvent[] = [];
  /** Events that the new channel will deliver though the client has seen them. */
  #skips = 0;
  #isOver = false;
  readonly #onSettled: () => void;
  readonly #settled = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;

  /** `onSettled` is called once the member has its place in the new channel. */
  constructor(member: Member, to: Channel, onSettled: () => void) {
    this.#onSettled = onSettled;
    this.#member = member;
    this.#from = member.channel;
    this.#to = to;
    this.#outgoing = {
      next: (event) => this.#takeOld(event),
      gap: () => member.gap(),
      // The old source may be gone for the very reason of the move.
      end: () => this.#finish(this.#held),
    };
    this.#incoming = {
      next: (event) => this.#takeNew(event),
      gap: () => member.gap(),
      end: (error, shown) => this.#end(error, shown),
    };
    to.add(this.#incoming);
    this.#from.add(this.#outgoing);
    this.#from.remove(member);
    void to.upstream.opened.then(() => this.#finishLater());
  }

  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  cancel(): void {
    this.#isOver = true;
    this.#member.move = undefined;
    clearTimeout(this.#timer);
    this.#from.remove(this.#outgoing);
    this.#to.remove(this.#incoming);
    this.#settled.resolve();
  }

  #finishLater(): void {
    if (this.#isOver) return;
    const delayMs = isComparable(this.#from, this.#to) ? settleMs : 0;
    this.#timer = setTimeout(() => this.#finish(this.#held), delayMs);
  }

  #takeOld(event: LiveEvent): void {
    if (this.#isOver) return;
    this.#member.next(event);
    const [first, ...others] = this.#held;
    if (first !== undefined && isSame(first, event)) {
      this.#finish(others);
      return;
    }
    this.#seen.push(event);
    if (this.#seen.length > eventsMax) this.#seen.shift();
  }

  #takeNew(event: LiveEvent): void {
    if (this.#isOver) {
      this.#skip();
      return;
    }
    const seenAt = this.#held.length > 0 ? -1 : this.#seen.findLastIndex((e) => isSame(e, event));
    if (seenAt >= 0) {
      this.#skips = this.#seen.length - 1 - seenAt;
      this.#finish([]);
    } else if (this.#held.length < eventsMax) {
      this.#held.push(event);
    } else {
      this.#finish([...this.#held, event]);
    }
  }

  #skip(): void {
    this.#skips -= 1;
    if (this.#skips === 0) this.#settle();
  }

  #finish(unseen: readonly LiveEvent[]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#member.channel = this.#to;
    this.#from.remove(this.#outgoing);
    for (const event of unseen) this.#member.next(event);
    if (this.#skips === 0) this.#settle();
  }

  /** The member takes its place in the new channel. */
  #settle(): void {
    this.#member.move = undefined;
    this.#to.add(this.#member);
    this.#to.remove(this.#incoming);
    this.#settled.resolve();
    this.#onSettled();
  }

  #end(error: unknown, shown: readonly GraphQLFormattedError[] | undefined): void {
    const unseen = this.#isOver ? [] : this.#held;
    for (const event of unseen) this.#member.next(event);
    this.#member.end(error, shown);
  }
}

/** False when the two withhold different fields: then no event of theirs is the same. */
function isComparable(from: Channel, to: Channel): boolean {
  const [before, after] = [from.plan.operation, to.plan.operation];
  return before.id === after.id || before.withheld.size + after.withheld.size === 0;
}

function isSame(event: LiveEvent, other: LiveEvent): boolean {
  return event === other || event.payload.equals(other.payload);
}
