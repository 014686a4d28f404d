import { Redis } from 'ioredis';
import { channelOf } from '../announcement.ts';
import { Backoff } from '../backoff.ts';
import type { ResolvedPubSubOptions } from '../pub-sub.ts';
import type { ChannelEvents, RedisChannels } from './redis-channels.ts';

/** A connection that is silent for so long is asked whether it lives. */
const keepAliveMs = 10_000;

/** Channels of one server: one connection listens to all topics, another speaks. */
export class ServerChannels implements RedisChannels {
  readonly #speaker: Redis;
  readonly #listener: Redis;
  readonly #options: ResolvedPubSubOptions;
  readonly #events: ChannelEvents;
  readonly #topics = new Set<string>();

  constructor(url: string, options: ResolvedPubSubOptions, events: ChannelEvents) {
    this.#options = options;
    this.#events = events;
    this.#speaker = connect(url, options);
    this.#listener = connect(url, options);
    this.#listener.on('message', (_channel, text) => events.onText(text));
    // The first connection is followed by those that replace a lost one.
    this.#listener.once('ready', () => {
      this.#listener.on('ready', () => void this.#listenAgain());
    });
  }

  publish(topic: string, text: string): Promise<unknown> {
    return this.#speaker.publish(channelOf(topic), text);
  }

  async listen(topic: string): Promise<void> {
    this.#topics.add(topic);
    await this.#listener.subscribe(channelOf(topic));
  }

  async leave(topic: string): Promise<void> {
    this.#topics.delete(topic);
    if (this.#listener.status !== 'ready') return; // it listens to nothing then
    await this.#listener.unsubscribe(channelOf(topic)).catch(() => undefined);
  }

  async ping(): Promise<void> {
    await Promise.all([this.#speaker.ping(), this.#listener.ping()]);
  }

  close(): void {
    this.#speaker.disconnect();
    this.#listener.disconnect();
  }

  /** Before the gap is told, so that whoever reads anew then misses nothing. */
  async #listenAgain(): Promise<void> {
    const channels = [...this.#topics].map(channelOf);
    if (channels.length === 0) return;
    try {
      await this.#listener.subscribe(...channels);
      this.#events.onGap();
    } catch (error) {
      this.#options.log.debug({ err: error }, 'pub-sub lost its server again');
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
