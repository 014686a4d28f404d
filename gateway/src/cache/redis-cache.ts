import { Cluster, Redis } from 'ioredis';
import type { Logger } from '../telemetry/logger.ts';
import type { Cache } from './cache.ts';

export interface RedisCacheSettings {
  /** One server, or some nodes of one cluster. */
  readonly urls: readonly string[];
  /** Time for one command; later its answer is of no use. */
  readonly timeoutMs: number;
  /** Before every key, so that others may use the same server. */
  readonly keyPrefix: string;
}

const connectTimeoutMs = 5_000;
/** Silence of a connection with commands under way, after which it is made anew. */
const silenceMs = 5_000;
const retryDelayMs = { min: 100, max: 10_000 };
/** Commands that may be under way; a server that has stopped answering gets no more. */
const pendingMax = 1_000;
/** Of what goes wrong one line is logged in this time. */
const warnIntervalMs = 60_000;

/**
 * A cache in Redis. Each command is about one key, so that a cluster will do. While there is no
 * connection, commands are not even tried; it is made anew in the background.
 */
export class RedisCache implements Cache, Disposable {
  readonly #redis: Redis | Cluster;
  readonly #settings: RedisCacheSettings;
  readonly #logger: Logger;
  #pending = 0;
  #warnedMs = Number.NEGATIVE_INFINITY;

  constructor(settings: RedisCacheSettings, logger: Logger) {
    this.#settings = settings;
    this.#logger = logger;
    this.#redis = connect(settings.urls);
    this.#redis.on('error', (error) => this.#warn(error));
  }

  async get(key: string): Promise<string | undefined> {
    const text = await this.#inTime((redis) => redis.get(this.#keyOf(key)));
    return text ?? undefined;
  }

  async set(key: string, text: string, { ttlMs }: { readonly ttlMs: number }): Promise<void> {
    await this.#inTime((redis) => redis.set(this.#keyOf(key), text, 'PX', ttlMs));
  }

  [Symbol.dispose](): void {
    this.#redis.disconnect();
  }

  #keyOf(key: string): string {
    return `${this.#settings.keyPrefix}:${key}`;
  }

  async #inTime<Result>(
    command: (redis: Redis | Cluster) => Promise<Result>,
  ): Promise<Result | undefined> {
    if (this.#redis.status !== 'ready' || this.#pending >= pendingMax) return undefined;
    const { timeoutMs } = this.#settings;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`Redis did not answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    this.#pending += 1;
    const answer = command(this.#redis).finally(() => {
      this.#pending -= 1;
    });
    try {
      return await Promise.race([answer, late.promise]);
    } catch (error) {
      this.#warn(error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  #warn(error: unknown): void {
    const now = performance.now();
    if (now - this.#warnedMs < warnIntervalMs) return;
    this.#warnedMs = now;
    this.#logger.warn({ error }, 'shared cache not reachable, done without');
  }
}

function connect(urls: readonly string[]): Redis | Cluster {
  const [url = '', ...others] = urls;
  const retry = (times: number): number =>
    Math.min(retryDelayMs.min * 2 ** times, retryDelayMs.max);
  const options = {
    connectTimeout: connectTimeoutMs,
    socketTimeout: silenceMs,
    // Nobody waits for a connection, and nobody waits for an answer that was lost with one.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  };
  if (others.length === 0) return new Redis(url, { ...options, retryStrategy: retry });
  const { username, password, protocol } = new URL(url);
  return new Cluster([url, ...others], {
    enableOfflineQueue: false,
    clusterRetryStrategy: retry,
    redisOptions: {
      ...options,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
  });
}
