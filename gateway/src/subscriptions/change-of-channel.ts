import type { Channel, ChannelListener } from './channel.ts';
import type { LiveEvent } from './live-event.ts';
import type { Member, MemberMove } from './member.ts';

/** Events of the new channel that may wait for those of the old one. */
const heldMax = 1_000;

/**
 * Moves a member to another channel of the same upstream, between two of its events: from the old
 * channel come those that the upstream has told by now, from the new one those to come, though both
 * may have some under way.
 */
export class ChangeOfChannel implements MemberMove {
  readonly #member: Member;
  readonly #from: Channel;
  readonly #to: Channel;
  readonly #outgoing: ChannelListener;
  readonly #incoming: ChannelListener;
  readonly #onSettled: () => void;
  readonly #settled = Promise.withResolvers<void>();
  /** Delivered by the new channel before the old one was through. */
  readonly #held: LiveEvent[] = [];
  #isOldThrough = false;
  #isNewCurrent = false;
  #isOver = false;

  /** `onSettled` is called once the member has its place in the new channel. */
  constructor(member: Member, to: Channel, onSettled: () => void) {
    this.#member = member;
    this.#from = member.channel;
    this.#to = to;
    this.#onSettled = onSettled;
    this.#outgoing = {
      next: (event) => {
        if (!this.#isOldThrough) member.next(event);
      },
      gap: () => member.gap(),
      // The new channel ends too: they have one upstream.
      end: () => undefined,
    };
    this.#incoming = {
      next: (event) => {
        if (!this.#isNewCurrent) return;
        if (this.#held.length < heldMax) this.#held.push(event);
        else member.gap();
      },
      gap: () => undefined,
      end: (error, shown) => {
        for (const event of this.#held) member.next(event);
        member.end(error, shown);
      },
    };
    to.add(this.#incoming);
    this.#from.add(this.#outgoing);
    this.#from.remove(member);
    this.#from.afterCurrent(() => {
      this.#isOldThrough = true;
      this.#settleWhenBoth();
    });
    to.afterCurrent(() => {
      this.#isNewCurrent = true;
      this.#settleWhenBoth();
    });
  }

  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  cancel(): void {
    this.#isOver = true;
    this.#leave();
  }

  #settleWhenBoth(): void {
    if (this.#isOver || !this.#isOldThrough || !this.#isNewCurrent) return;
    this.#isOver = true;
    this.#member.channel = this.#to;
    this.#to.add(this.#member);
    for (const event of this.#held) this.#member.next(event);
    this.#leave();
    this.#onSettled();
  }

  #leave(): void {
    this.#member.move = undefined;
    this.#from.remove(this.#outgoing);
    this.#to.remove(this.#incoming);
    this.#settled.resolve();
  }
}
