import type { GraphQLFormattedError } from 'graphql';
import type { Channel, ChannelListener } from './channel.ts';
import type { LiveEvent } from './live-event.ts';
import type { Subscriber, SubscriberIdentity, Subscription } from './subscriber.ts';

/** How a subscription ended, for its log line. */
export interface SubscriptionEnd {
  /** Events that the client was sent. */
  readonly events: number;
  /** Why it failed; undefined when it was completed or closed. */
  readonly error: unknown;
}

/** A member on its way from one channel to another. */
export interface MemberMove {
  /** Resolves when the member has its place in the new channel, or has left. */
  readonly settled: Promise<void>;
  /** Leaves both channels. */
  cancel(): void;
}

export interface MemberOptions {
  readonly subscriber: Subscriber;
  readonly identity: SubscriberIdentity;
  /** Called once, whoever ends the subscription. */
  readonly onEnd: (end: SubscriptionEnd) => void;
  readonly renew: (member: Member, identity: SubscriberIdentity) => void;
}

/** One client's subscription: its place is in one channel, or on the way to another. */
export class Member implements Subscription, ChannelListener {
  readonly #options: MemberOptions;
  identity: SubscriberIdentity;
  channel: Channel;
  /** Present while it is on the way. */
  move: MemberMove | undefined;
  #events = 0;
  #isEnded = false;

  constructor(channel: Channel, options: MemberOptions) {
    this.#options = options;
    this.identity = options.identity;
    this.channel = channel;
    channel.add(this);
  }

  next(event: LiveEvent): void {
    if (this.#isEnded) return;
    this.#events += 1;
    this.#options.subscriber.next(event);
  }

  gap(): void {
    if (!this.#isEnded) this.#options.subscriber.gap();
  }

  end(error?: unknown, shown?: readonly GraphQLFormattedError[]): void {
    if (this.#isEnded) return;
    this.#leave(error);
    if (shown === undefined) this.#options.subscriber.complete();
    else this.#options.subscriber.fail(shown);
  }

  close(): void {
    if (!this.#isEnded) this.#leave(undefined);
  }

  renew(identity: SubscriberIdentity): void {
    if (!this.#isEnded) this.#options.renew(this, identity);
  }

  #leave(error: unknown): void {
    this.#isEnded = true;
    this.move?.cancel();
    this.channel.remove(this);
    this.#options.onEnd({ events: this.#events, error });
  }
}
