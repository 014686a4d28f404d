import { Redis, type RedisOptions } from 'ioredis';
import { withinDeadline } from '../deadline.ts';

export interface NodeListenerEvents {
  readonly onText: (text: string) => void;
  /** Nothing is heard from here any more. Told once, and not after `close`. */
  readonly onLost: (listener: NodeListener) => void;
}

/**
 * The connection that listens to one node of a cluster. It is never made anew: whoever lost it asks
 * the cluster first who has its channels now.
 */
export class NodeListener {
  /** Such as `10.0.0.7:6379`. */
  readonly address: string;
  readonly #redis: Redis;
  readonly #timeoutMs: number;
  readonly #channels = new Set<string>();
  #isOpen = true;

  constructor(
    address: string,
    options: RedisOptions & { readonly connectTimeout: number },
    events: NodeListenerEvents,
  ) {
    this.address = address;
    this.#timeoutMs = options.connectTimeout;
    const at = address.lastIndexOf(':');
    this.#redis = new Redis(Number(address.slice(at + 1)), address.slice(0, at), {
      ...options,
      retryStrategy: null,
      disableClientInfo: true, // it is told late, when the connection takes nothing but channels
    });
    this.#redis.on('smessage', (_channel, text) => events.onText(text));
    // Also when the server says that a channel has moved: the library takes that for an error.
    this.#redis.on('error', () => this.#redis.disconnect());
    this.#redis.on('end', () => {
      if (!this.#isOpen) return;
      this.#isOpen = false;
      events.onLost(this);
    });
  }

  /** False when it will hear nothing more. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isIdle(): boolean {
    return this.#channels.size === 0;
  }

  /** Resolves once the node sends the channel; rejects when it does not have it, or is away. */
  async listen(channel: string): Promise<void> {
    this.#channels.add(channel);
    try {
      await this.#inTime(this.#redis.ssubscribe(channel));
    } catch (error) {
      this.#channels.delete(channel);
      throw error;
    }
  }

  async leave(channel: string): Promise<void> {
    if (!this.#channels.delete(channel)) return;
    await this.#inTime(this.#redis.sunsubscribe(channel)).catch(() => undefined);
  }

  /**
   * Looks whether the node answers and has the channels still; it is lost otherwise. It is not a ping:
   * the library would take the news that a channel has moved for the answer to that.
   */
  async check(): Promise<void> {
    const [channel] = this.#channels;
    if (channel === undefined) return;
    await this.#inTime(this.#redis.ssubscribe(channel)).catch((error: unknown) => {
      // A node of a cluster that is in trouble refuses, and goes on with what it has.
      const isInTrouble = /^(CLUSTERDOWN|TRYAGAIN)/.test(String(Object(error).message));
      if (!isInTrouble) this.#redis.disconnect();
    });
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#redis.disconnect();
  }

  #inTime<Result>(answer: Promise<Result>): Promise<Result> {
    return withinDeadline(answer, this.#timeoutMs, () => new Error('The node does not answer'));
  }
}
