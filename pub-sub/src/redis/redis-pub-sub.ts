import { AppError } from '@plaza/schema/errors';
import { encodeAnnouncement } from '../announcement.ts';
import { retryWhileAway, withinDeadline } from '../deadline.ts';
import type { PubSub, ResolvedPubSubOptions, SubscribeOptions, Subscription } from '../pub-sub.ts';
import { TopicSubscribers } from '../topic-subscribers.ts';
import { ClusterChannels } from './cluster-channels.ts';
import { type DetectedRedis, detectRedis } from './detect-redis.ts';
import type { RedisChannels } from './redis-channels.ts';
import { ServerChannels } from './server-channels.ts';

/** Announcements by Redis: a server, or a cluster. */
export class RedisPubSub implements PubSub {
  readonly #channels: RedisChannels;
  readonly #options: ResolvedPubSubOptions;
  readonly #subscribers: TopicSubscribers;
  #isClosed = false;

  private constructor(
    urls: readonly string[],
    { isCluster, url }: DetectedRedis,
    options: ResolvedPubSubOptions,
  ) {
    this.#options = options;
    this.#subscribers = new TopicSubscribers({ listen: (topic) => this.#listen(topic) });
    const events = {
      onText: (text: string) => this.#subscribers.deliver(text),
      onGap: (topic?: string) => this.#subscribers.announceGap(topic),
    };
    this.#channels = isCluster
      ? new ClusterChannels(urls, options, events)
      : new ServerChannels(url, options, events);
  }

  static async open(urls: readonly string[], options: ResolvedPubSubOptions): Promise<RedisPubSub> {
    const { connectTimeoutMs: timeoutMs } = options;
    const patience = { timeoutMs, purpose: 'open', subject: 'The pub-sub' };
    const detected = await retryWhileAway(patience, () => detectRedis(urls));
    const pubSub = new RedisPubSub(urls, detected, options);
    try {
      await pubSub.#within(pubSub.#channels.ping(timeoutMs), timeoutMs);
    } catch (error) {
      await pubSub.close();
      throw error;
    }
    return pubSub;
  }

  async publish(topic: string, payload: unknown): Promise<void> {
    const text = encodeAnnouncement(topic, payload);
    this.#subscribers.requireOpen();
    await this.#within(this.#channels.publish(topic, text));
  }

  subscribe(topic: string, options?: SubscribeOptions): Promise<Subscription> {
    return this.#subscribers.subscribe(topic, options);
  }

  async checkReady(): Promise<void> {
    await this.#within(this.#channels.ping(this.#options.publishTimeoutMs));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#subscribers.close();
    this.#channels.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #listen(topic: string): Promise<() => Promise<void>> {
    try {
      await this.#within(this.#channels.listen(topic));
    } catch (error) {
      void this.#channels.leave(topic);
      throw error;
    }
    return async () => {
      if (this.#isClosed) return;
      if (this.#subscribers.topics.includes(topic)) return; // somebody subscribed meanwhile
      await this.#channels.leave(topic);
    };
  }

  async #within<T>(work: Promise<T>, timeoutMs = this.#options.publishTimeoutMs): Promise<T> {
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
