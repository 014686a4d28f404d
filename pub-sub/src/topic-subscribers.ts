import { AppError } from '@plaza/schema/errors';
import { decodeAnnouncement, requireTopic } from './announcement.ts';
import { BoundedBuffer } from './bounded-buffer.ts';
import type { SubscribeOptions, Subscription } from './pub-sub.ts';

/** Largest buffer of a subscription. */
const bufferUpperMax = 10_000;

/** How a server is told to send a topic, and later not to. */
export interface TopicTransport {
  /** Resolves once the server sends it, to a function that ends that. */
  listen(topic: string): Promise<() => Promise<void>>;
}

interface Listener {
  readonly buffer: BoundedBuffer<unknown>;
  readonly onGap: (() => void) | undefined;
}

interface TopicEntry {
  readonly listeners: Set<Listener>;
  readonly listening: Promise<() => Promise<void>>;
}

/** The subscriptions of this process: the server sends a topic once, however many listen to it here. */
export class TopicSubscribers {
  readonly #transport: TopicTransport;
  readonly #topics = new Map<string, TopicEntry>();
  readonly #open = new Set<Subscription>();
  #isClosed = false;

  constructor(transport: TopicTransport) {
    this.#transport = transport;
  }

  get topics(): readonly string[] {
    return [...this.#topics.keys()];
  }

  async subscribe(topic: string, options: SubscribeOptions = {}): Promise<Subscription> {
    const { bufferMax = 100, overflow = 'drop-oldest', onGap, signal } = options;
    requireTopic(topic);
    requireBufferMax(bufferMax);
    this.requireOpen();
    const listener = { buffer: new BoundedBuffer({ max: bufferMax, overflow }), onGap };
    const entry = this.#enter(topic);
    entry.listeners.add(listener);
    try {
      await entry.listening;
    } catch (error) {
      this.#leave(topic, entry, listener);
      throw error;
    }
    return this.#toSubscription(listener, {
      signal,
      leave: () => this.#end(topic, entry, listener),
    });
  }

  /** Hands what came from the server to everybody who listens. */
  deliver(text: string): void {
    const announcement = decodeAnnouncement(text);
    if (announcement === undefined) return;
    for (const { buffer } of this.#topics.get(announcement.topic)?.listeners ?? []) {
      buffer.push(announcement.payload);
    }
  }

  /** Announcements may have been missed, on one topic or on all. */
  announceGap(topic?: string): void {
    for (const [name, { listeners }] of this.#topics) {
      if (topic !== undefined && name !== topic) continue;
      for (const { onGap } of listeners) onGap?.();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#open].map((subscription) => subscription.close()));
  }

  /** Throws DOWNSTREAM_SERVICE_ERROR after `close`. */
  requireOpen(): void {
    if (this.#isClosed) {
      throw new AppError('DOWNSTREAM_SERVICE_ERROR', 'The pub-sub is closed: open another');
    }
  }

  #enter(topic: string): TopicEntry {
    const present = this.#topics.get(topic);
    if (present !== undefined) return present;
    const entry = { listeners: new Set<Listener>(), listening: this.#transport.listen(topic) };
    this.#topics.set(topic, entry);
    return entry;
  }

  /** True for the last one out. */
  #leave(topic: string, entry: TopicEntry, listener: Listener): boolean {
    if (!entry.listeners.delete(listener) || entry.listeners.size > 0) return false;
    if (this.#topics.get(topic) === entry) this.#topics.delete(topic);
    return true;
  }

  async #end(topic: string, entry: TopicEntry, listener: Listener): Promise<void> {
    listener.buffer.end();
    if (!this.#leave(topic, entry, listener)) return;
    const stop = await entry.listening;
    await stop();
  }

  #toSubscription(
    { buffer }: Listener,
    { signal, leave }: { signal: AbortSignal | undefined; leave: () => Promise<void> },
  ): Subscription {
    let ended: Promise<void> | undefined;
    const onAbort = (): void => void close();
    const close = (): Promise<void> => {
      signal?.removeEventListener('abort', onAbort);
      this.#open.delete(subscription);
      ended ??= leave();
      return ended;
    };
    const subscription: Subscription = {
      get dropped() {
        return buffer.dropped;
      },
      [Symbol.asyncIterator]: () => buffer[Symbol.asyncIterator](),
      close,
      [Symbol.asyncDispose]: close,
    };
    this.#open.add(subscription);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    return subscription;
  }
}

function requireBufferMax(bufferMax: number): void {
  if (Number.isInteger(bufferMax) && bufferMax >= 1 && bufferMax <= bufferUpperMax) return;
  const message = `bufferMax must be a whole number from 1 to ${bufferUpperMax}`;
  throw new AppError('BAD_USER_INPUT', message, { details: { bufferMax } });
}
