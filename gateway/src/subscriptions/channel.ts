import type { GraphQLFormattedError } from 'graphql';
import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import type { ChannelPlan } from './channel-plan.ts';
import type { IncomingEvent } from './event-intake.ts';
import { EventIntake } from './event-intake.ts';
import type { LiveEvent } from './live-event.ts';
import type { OverflowPolicy } from './overflow-policy.ts';
import type { Upstream, UpstreamListener } from './upstream.ts';

/** Listeners that are told of an event before other work of the process has its turn. */
const listenersPerTurn = 256;

/** Who is told of what a channel delivers. No method may throw. */
export interface ChannelListener {
  next(event: LiveEvent): void;
  gap(): void;
  /** Nothing comes after it; with an error, and what clients may see of it, when it failed. */
  end(error?: unknown, shown?: readonly GraphQLFormattedError[]): void;
}

export interface ChannelOptions {
  readonly plan: ChannelPlan;
  /** Client headers that the subgraphs may see. */
  readonly headers: Readonly<Record<string, string>>;
  readonly upstream: Upstream;
  readonly policy: OverflowPolicy;
  /** Makes of an event of the source what clients get. Never rejects. */
  readonly run: (event: IncomingEvent, channel: Channel) => Promise<LiveEvent>;
  readonly describeError: (error: unknown) => readonly GraphQLFormattedError[];
  /** Called once, when the last listener has left or the source is over. */
  readonly onEmpty: (channel: Channel) => void;
}

/**
 * Everybody who gets the same answer to each event of one upstream: it is made and written once for
 * all of them. Events are delivered in the order of the source.
 */
export class Channel implements UpstreamListener {
  readonly headers: Readonly<Record<string, string>>;
  readonly upstream: Upstream;
  readonly policy: OverflowPolicy;
  readonly #options: Omit<ChannelOptions, 'plan'>;
  readonly #intake: EventIntake;
  readonly #listeners = new Set<ChannelListener>();
  readonly #controller = new AbortController();
  #plan: ChannelPlan;
  #lastDelivery = Promise.resolve();
  /** One is told already, before any event that comes from now on. */
  #isGapAhead = false;
  #isEnded = false;

  /** The first plan is kept no longer than it runs: a supergraph hangs on it. */
  constructor({ plan, ...options }: ChannelOptions) {
    this.#options = options;
    this.#plan = plan;
    this.headers = options.headers;
    this.upstream = options.upstream;
    this.policy = options.policy;
    this.#intake = new EventIntake(options.policy, {
      start: (event) => this.#start(event),
      onGap: () => this.onGap(),
      onOverflow: (error) => this.onEnd(error),
    });
    this.upstream.add(this);
  }

  get plan(): ChannelPlan {
    return this.#plan;
  }

  /** Aborts when nobody listens any more. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  get listeners(): Iterable<ChannelListener> {
    return this.#listeners;
  }

  /** Runs another plan for each event that comes from now on. */
  adopt(plan: ChannelPlan): void {
    this.#plan = plan;
  }

  add(listener: ChannelListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: ChannelListener): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#close();
  }

  /** Acts between the events that have come in by now and those to come. */
  afterCurrent(act: () => void): void {
    this.#inTurn(async () => act());
  }

  onEvent(response: SubgraphResponse): void {
    if (!this.#isEnded) this.#intake.add(response);
  }

  onAnnouncement(payload: unknown): void {
    const { answerAnnouncement } = this.#plan;
    if (answerAnnouncement !== undefined) this.onEvent(answerAnnouncement(payload));
  }

  onGap(): void {
    if (this.#isGapAhead) return;
    this.#isGapAhead = true;
    this.#inTurn(() => {
      this.#isGapAhead = false;
      return this.#tellAll((listener) => listener.gap());
    });
  }

  onEnd(error: unknown): void {
    this.#inTurn(async () => {
      const shown = error === undefined ? undefined : this.#options.describeError(error);
      const listeners = [...this.#listeners];
      this.#listeners.clear();
      this.#close();
      for (const listener of listeners) listener.end(error, shown);
    });
  }

  #start(incoming: IncomingEvent): void {
    const run = this.#options.run(incoming, this);
    this.#inTurn(async () => {
      const event = await run;
      await this.#tellAll((listener) => listener.next(event));
      this.#intake.release();
    });
  }

  /** After all that came before has been delivered. */
  #inTurn(deliver: () => Promise<void>): void {
    this.#lastDelivery = this.#lastDelivery.then(() => (this.#isEnded ? undefined : deliver()));
  }

  /** Those who listen now: who comes later gets the next event, who leaves is not told. */
  async #tellAll(tell: (listener: ChannelListener) => void): Promise<void> {
    let told = 0;
    for (const listener of [...this.#listeners]) {
      if (this.#listeners.has(listener)) tell(listener);
      told += 1;
      if (told % listenersPerTurn === 0) await nextTurn();
    }
  }

  #close(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#intake.close();
    this.#controller.abort();
    this.upstream.remove(this);
    this.#options.onEmpty(this);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
