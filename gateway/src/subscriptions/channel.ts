import type { GraphQLFormattedError } from 'graphql';
import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import type { LiveEvent } from './live-event.ts';
import type { Subscriber, Subscription } from './subscriber.ts';
import type { UpstreamListener } from './upstream.ts';

/** Events that are joined with other subgraphs at the same time; they are delivered in order. */
const runsMax = 16;
/** Subscribers that are written to before other work of the process has its turn. */
const subscribersPerTurn = 256;

/** How a subscription ended, for its log line. */
export interface SubscriptionEnd {
  readonly events: number;
  /** Why it failed; undefined when it was completed or closed. */
  readonly error: unknown;
}

export interface ChannelOptions {
  /** Makes of an event of the source what clients get. Never rejects. */
  readonly run: (response: SubgraphResponse) => Promise<LiveEvent>;
  readonly describeError: (error: unknown) => readonly GraphQLFormattedError[];
  /** Called once, when the last subscriber has left or the source is over. */
  readonly onEmpty: () => void;
}

/**
 * Everybody who gets the same answer to each event of one upstream: it is made and written once for
 * all of them. Events are delivered in the order of the source.
 */
export class Channel implements UpstreamListener {
  readonly #options: ChannelOptions;
  readonly #members = new Set<Member>();
  readonly #waiting: SubgraphResponse[] = [];
  #runs = 0;
  #lastDelivery = Promise.resolve();
  #isEnded = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  add(subscriber: Subscriber, onEnd: (end: SubscriptionEnd) => void): Subscription {
    const member = new Member(this, subscriber, onEnd);
    this.#members.add(member);
    return member;
  }

  remove(member: Member): void {
    if (this.#members.delete(member) && this.#members.size === 0) this.#end();
  }

  onEvent(response: SubgraphResponse): void {
    if (this.#isEnded) return;
    if (this.#runs < runsMax) this.#start(response);
    else this.#waiting.push(response);
  }

  onGap(): void {
    this.#inTurn(async () => {
      for (const { subscriber } of this.#members) subscriber.gap();
    });
  }

  onEnd(error: unknown): void {
    this.#inTurn(async () => {
      const errors = error === undefined ? undefined : this.#options.describeError(error);
      for (const member of this.#members) member.end(error, errors);
      this.#members.clear();
      this.#end();
    });
  }

  #start(response: SubgraphResponse): void {
    this.#runs += 1;
    const run = this.#options.run(response);
    this.#inTurn(async () => {
      await this.#deliver(await run);
      this.#runs -= 1;
      const next = this.#waiting.shift();
      if (next !== undefined) this.#start(next);
    });
  }

  /** After all that came before has been delivered. */
  #inTurn(deliver: () => Promise<void>): void {
    this.#lastDelivery = this.#lastDelivery.then(() => (this.#isEnded ? undefined : deliver()));
  }

  async #deliver(event: LiveEvent): Promise<void> {
    let written = 0;
    for (const member of this.#members) {
      member.next(event);
      written += 1;
      if (written % subscribersPerTurn === 0) await nextTurn();
    }
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#waiting.length = 0;
    this.#options.onEmpty();
  }
}

/** One subscriber's place in a channel. */
class Member implements Subscription {
  readonly subscriber: Subscriber;
  readonly #channel: Channel;
  readonly #onEnd: (end: SubscriptionEnd) => void;
  #events = 0;
  #isEnded = false;

  constructor(channel: Channel, subscriber: Subscriber, onEnd: (end: SubscriptionEnd) => void) {
    this.#channel = channel;
    this.subscriber = subscriber;
    this.#onEnd = onEnd;
  }

  next(event: LiveEvent): void {
    this.#events += 1;
    this.subscriber.next(event);
  }

  end(error: unknown, errors: readonly GraphQLFormattedError[] | undefined): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (errors === undefined) this.subscriber.complete();
    else this.subscriber.fail(errors);
    this.#onEnd({ events: this.#events, error });
  }

  close(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#channel.remove(this);
    this.#onEnd({ events: this.#events, error: undefined });
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
