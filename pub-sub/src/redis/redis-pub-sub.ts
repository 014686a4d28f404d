import { AppError } from '@plaza/schema/errors';
import { Redis } from 'ioredis';
import { channelOf, encodeAnnouncement } from '../announcement.ts';
import { Backoff } from '../backoff.ts';
import { withinDeadline } from '../deadline.ts';
import type { PubSub, ResolvedPubSubOptions, SubscribeOptions, Subscription } from '../pub-sub.ts';
import { TopicSubscribers } from '../topic-subscribers.ts';

/** A connection that is silent for so long is asked whether it lives. */
const keepAliveMs = 10_000;

/** Announcements by Redis: one connection listens to all topics, another speaks. */
export class RedisPubSub implements PubSub {
  readonly #speaker: Redis;
  readonly #listener: Redis;
  readonly #options: ResolvedPubSubOptions;
  readonly #subscribers: TopicSubscribers;
  #isClosed = false;

  private constructor(url: string, options: ResolvedPubSubOptions) {
    this.#options = options;
    this.#speaker = connect(url, options);
    this.#listener = connect(url, options);
    this.#subscribers = new TopicSubscribers({ listen: (topic) => this.#listen(topic) });
    this.#listener.on('message', (_channel, text) => this.#subscribers.deliver(text));
  }

  static async open(url: string, options: ResolvedPubSubOptions): Promise<RedisPubSub> {
    const pubSub = new RedisPubSub(url, options);
    try {
      const answers = Promise.all([pubSub.#speaker.ping(), pubSub.#listener.ping()]);
      await pubSub.#within(answers, options.connectTimeoutMs);
    } catch (error) {
      await pubSub.close();
      throw error;
    }
    // From here on, a new connection is one that replaces a lost one.
    pubSub.#listener.on('ready', () => void pubSub.#listenAgain());
    return pubSub;
  }

  async publish(topic: string, payload: unknown): Promise<void> {
    const text = encodeAnnouncement(topic, payload);
    this.#subscribers.requireOpen();
    const sent = this.#speaker.publish(channelOf(topic), text);
    await this.#within(sent, this.#options.publishTimeoutMs);
  }

  subscribe(topic: string, options?: SubscribeOptions): Promise<Subscription> {
    return this.#subscribers.subscribe(topic, options);
  }

  async checkReady(): Promise<void> {
    await this.#within(this.#speaker.ping(), this.#options.publishTimeoutMs);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#subscribers.close();
    this.#speaker.disconnect();
    this.#listener.disconnect();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #listen(topic: string): Promise<() => Promise<void>> {
    const channel = channelOf(topic);
    await this.#within(this.#listener.subscribe(channel), this.#options.publishTimeoutMs);
    return async () => {
      if (this.#isClosed || this.#listener.status !== 'ready') return; // it listens to nothing then
      if (this.#subscribers.topics.includes(topic)) return; // somebody subscribed meanwhile
      await this.#listener.unsubscribe(channel).catch(() => undefined);
    };
  }

  /** Before the gap is told, so that whoever reads anew then misses nothing. */
  async #listenAgain(): Promise<void> {
    const channels = this.#subscribers.topics.map(channelOf);
    if (channels.length === 0) return;
    try {
      await this.#listener.subscribe(...channels);
      this.#subscribers.announceGap();
    } catch (error) {
      this.#options.log.debug({ err: error }, 'pub-sub lost its server again');
    }
  }

  async #within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
    const late = (cause?: unknown): AppError =>
      new AppError(
        'DOWNSTREAM_SERVICE_ERROR',
        `Redis did not answer within ${timeoutMs} ms: check that it runs, then try again`,
        { cause },
      );
    try {
      return await withinDeadline(work, timeoutMs, late);
    } catch (error) {
      throw error instanceof AppError ? error : late(error);
    }
  }
}

/** Commands wait for the connection; their caller has the deadline. */
function connect(url: string, { log, connectTimeoutMs }: ResolvedPubSubOptions): Redis {
  const backoff = new Backoff({ firstMs: 50, longestMs: 2_000 });
  const redis = new Redis(url, {
    connectTimeout: connectTimeoutMs,
    keepAlive: keepAliveMs,
    maxRetriesPerRequest: null,
    autoResubscribe: false, // done here, to know when it is done
    autoResendUnfulfilledCommands: false, // an announcement that is late is worth nothing
    retryStrategy: () => backoff.next(),
  });
  redis.on('ready', () => backoff.reset());
  redis.on('error', (error) => log.debug({ err: error }, 'pub-sub connection failed'));
  return redis;
}
