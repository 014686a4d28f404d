import type { Cluster, Redis } from 'ioredis';
import type { Logger } from '../telemetry/logger.ts';
import { seldom } from '../telemetry/seldom.ts';
import { connectRedis, type RedisAddress } from './connect-redis.ts';
import { RedisSlot } from './redis-slot.ts';

export interface RedisSettings extends RedisAddress {
  /** Time for one command; later its answer is of no use. */
  readonly timeoutMs: number;
}

/** Of what goes wrong one line is logged in this time. */
const warnIntervalMs = 60_000;

/**
 * The gateway's one connection to Redis. While there is none, commands are not even tried; it is made
 * anew in the background.
 */
export class RedisConnection implements Disposable {
  readonly #redis: Redis | Cluster;
  readonly #settings: RedisSettings;
  readonly #warn: (error: unknown) => void;
  readonly #slots = new Map<string, RedisSlot>();

  constructor(settings: RedisSettings, logger: Logger) {
    this.#settings = settings;
    this.#warn = seldom(warnIntervalMs, (error) =>
      logger.warn({ error }, 'Redis not reachable, done without'),
    );
    this.#redis = connectRedis(settings);
    this.#redis.on('error', (error) => this.#warn(error));
  }

  /** Where keys with different hash tags may be on different servers, which fail one by one. */
  get isCluster(): boolean {
    return this.#redis.isCluster;
  }

  /** The slot of all keys that begin with this tag in braces. */
  slotOf(hashTag: string): RedisSlot {
    const name = this.isCluster ? hashTag : '';
    const present = this.#slots.get(name);
    if (present !== undefined) return present;
    const slot = new RedisSlot(this.#redis, {
      key: `{${hashTag}}`,
      timeoutMs: this.#settings.timeoutMs,
      onFailure: (error) => this.#warn(error),
    });
    this.#slots.set(name, slot);
    return slot;
  }

  [Symbol.dispose](): void {
    for (const slot of this.#slots.values()) slot[Symbol.dispose]();
    this.#redis.disconnect();
  }
}
