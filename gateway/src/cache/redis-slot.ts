import type { Cluster, Redis } from 'ioredis';
import { CircuitBreaker } from './circuit-breaker.ts';
import { startDeadline } from './deadline.ts';

/** Commands that may be under way; a server that has stopped answering gets no more. */
const pendingMax = 1_000;
/** Commands one after the other that fail before no more are tried. */
const failuresMax = 5;
const probeIntervalMs = 500;
/** A look whether Redis is well again may take longer than what a request waits for. */
const probeTimeoutMs = 500;

export interface RedisSlotSettings {
  /** Any key of the slot. */
  readonly key: string;
  /** Time for one command; later its answer is of no use. */
  readonly timeoutMs: number;
  readonly onFailure: (error: unknown) => void;
}

/** Commands about keys that one server has. What cannot be done is said at once or at the deadline. */
export class RedisSlot implements Disposable {
  readonly #redis: Redis | Cluster;
  readonly #settings: RedisSlotSettings;
  readonly #breaker: CircuitBreaker;
  #pending = 0;

  constructor(redis: Redis | Cluster, settings: RedisSlotSettings) {
    this.#redis = redis;
    this.#settings = settings;
    this.#breaker = new CircuitBreaker({
      failuresMax,
      probeIntervalMs,
      probe: () => this.#inTime((client) => client.exists(settings.key), probeTimeoutMs),
    });
  }

  /** False while commands are not even tried. */
  get isUsable(): boolean {
    return this.#redis.status === 'ready' && this.#breaker.isClosed && this.#pending < pendingMax;
  }

  /** Rejects when Redis is away, refuses, or does not answer in time. */
  async run<Result>(
    command: (redis: Redis | Cluster) => Promise<Result>,
    timeoutMs = this.#settings.timeoutMs,
  ): Promise<Result> {
    if (!this.isUsable) throw new Error('Redis is away');
    try {
      const result = await this.#inTime(command, timeoutMs);
      this.#breaker.countSuccess();
      return result;
    } catch (error) {
      // A server that refuses a command is there.
      if (!isRefusal(error)) this.#breaker.countFailure();
      this.#settings.onFailure(error);
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#breaker[Symbol.dispose]();
  }

  #inTime<Result>(
    command: (redis: Redis | Cluster) => Promise<Result>,
    timeoutMs: number,
  ): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const stop = startDeadline(timeoutMs, () =>
      reject(new Error(`Redis did not answer within ${timeoutMs} ms`)),
    );
    this.#pending += 1;
    void command(this.#redis)
      .then(resolve, reject)
      .finally(() => {
        stop();
        this.#pending -= 1;
      });
    return promise;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}
