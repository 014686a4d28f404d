import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, type RedisOptions } from 'ioredis';
import { channelOf } from '../announcement.ts';
import { Backoff } from '../backoff.ts';
import { retryWhileAway } from '../deadline.ts';
import type { ResolvedPubSubOptions } from '../pub-sub.ts';
import { ClusterSlots } from './cluster-slots.ts';
import { InOrder } from './in-order.ts';
import { NodeListener } from './node-listener.ts';
import type { ChannelEvents, RedisChannels } from './redis-channels.ts';

/** How often it is checked that the nodes answer and have what they are thought to have. */
const checkIntervalMs = 5_000;
/** How long a node may take to answer while it is listened to. */
const nodeTimeoutMs = 2_000;
/** A node that takes over is found so late at most. */
const retryMs = { firstMs: 50, longestMs: 500 };
const subject = 'The pub-sub';

interface Listening {
  readonly slot: number;
  node: NodeListener | undefined;
}

/**
 * Channels of a cluster, each on the node that has its slot (sharded pub/sub): a node carries its own
 * announcements, not those of all. Each node that has a topic is listened to by a connection of its own.
 */
export class ClusterChannels implements RedisChannels {
  readonly #speaker: Cluster;
  readonly #slots: ClusterSlots;
  readonly #options: ResolvedPubSubOptions;
  readonly #nodeOptions: RedisOptions & { readonly connectTimeout: number };
  readonly #events: ChannelEvents;
  readonly #publishing = new InOrder();
  readonly #nodes = new Map<string, NodeListener>();
  readonly #topics = new Map<string, Listening>();
  readonly #checks: NodeJS.Timeout;
  #isClosed = false;

  constructor(urls: readonly string[], options: ResolvedPubSubOptions, events: ChannelEvents) {
    this.#options = options;
    this.#events = events;
    this.#nodeOptions = { ...credentialsOf(urls), connectTimeout: nodeTimeoutMs };
    this.#speaker = connect(urls, options, this.#nodeOptions);
    this.#slots = new ClusterSlots(this.#speaker, nodeTimeoutMs);
    this.#checks = setInterval(() => void this.#check(), checkIntervalMs).unref();
  }

  publish(topic: string, text: string): Promise<unknown> {
    const channel = channelOf(topic);
    const endsAt = performance.now() + this.#options.publishTimeoutMs;
    const send = (): Promise<unknown> => this.#speaker.spublish(channel, text);
    return this.#publishing.run(topic, send, async () => {
      const timeoutMs = endsAt - performance.now();
      if (timeoutMs <= 0) throw new Error('An announcement that is late is worth nothing');
      return this.#patiently('announce', send, timeoutMs);
    });
  }

  async listen(topic: string): Promise<void> {
    await this.#patiently('listen', async () => {
      const slot = this.#topics.get(topic)?.slot ?? (await this.#slots.slotOf(channelOf(topic)));
      const listening = this.#topics.get(topic) ?? { slot, node: undefined };
      this.#topics.set(topic, listening);
      await this.#attach(topic, listening);
    });
  }

  async leave(topic: string): Promise<void> {
    const node = this.#topics.get(topic)?.node;
    this.#topics.delete(topic);
    if (node !== undefined) await this.#leaveNode(topic, node);
  }

  ping(timeoutMs: number): Promise<unknown> {
    return this.#patiently('answer', () => this.#speaker.ping(), timeoutMs);
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#checks);
    for (const node of this.#nodes.values()) node.close();
    this.#speaker.disconnect();
  }

  #patiently<Result>(
    purpose: string,
    work: () => Promise<Result>,
    timeoutMs = this.#options.publishTimeoutMs,
  ): Promise<Result> {
    return retryWhileAway({ timeoutMs, purpose, subject }, work);
  }

  /** Listens at the node that has the slot. Rejects when it is away, or another has it by now. */
  async #attach(topic: string, listening: Listening): Promise<void> {
    if (this.#slots.ownerOf(listening.slot) === undefined) await this.#slots.refresh();
    const node = this.#nodeAt(this.#slots.ownerOf(listening.slot));
    try {
      await node.listen(channelOf(topic));
    } catch (error) {
      if (!this.#slots.learn(error)) await this.#slots.refresh();
      throw error;
    }
    listening.node = node;
    // It may have been left meanwhile.
    if (this.#topics.get(topic) !== listening) await this.#leaveNode(topic, node);
  }

  #nodeAt(address: string | undefined): NodeListener {
    if (this.#isClosed || address === undefined) throw new Error('No node has the topic');
    const present = this.#nodes.get(address);
    if (present?.isOpen === true) return present;
    const node = new NodeListener(address, this.#nodeOptions, {
      onText: this.#events.onText,
      onLost: (lost) => this.#replace(lost),
    });
    this.#nodes.set(address, node);
    return node;
  }

  async #leaveNode(topic: string, node: NodeListener): Promise<void> {
    await node.leave(channelOf(topic));
    if (!node.isIdle) return;
    if (this.#nodes.get(node.address) === node) this.#nodes.delete(node.address);
    node.close();
  }

  #replace(lost: NodeListener): void {
    if (this.#nodes.get(lost.address) === lost) this.#nodes.delete(lost.address);
    for (const [topic, listening] of this.#topics) {
      if (listening.node === lost) void this.#listenAgain(topic, listening);
    }
  }

  async #check(): Promise<void> {
    for (const node of this.#nodes.values()) void node.check();
    try {
      await this.#slots.refresh();
    } catch {
      return; // nodes that are lost are replaced without
    }
    for (const [topic, listening] of this.#topics) {
      const { node, slot } = listening;
      if (node === undefined || node.address === this.#slots.ownerOf(slot)) continue;
      void this.#leaveNode(topic, node);
      void this.#listenAgain(topic, listening);
    }
  }

  /** Tells of the gap after it listens again, so that whoever reads anew then misses nothing. */
  async #listenAgain(topic: string, listening: Listening): Promise<void> {
    listening.node = undefined;
    const backoff = new Backoff(retryMs);
    while (!this.#isClosed && this.#topics.get(topic) === listening) {
      try {
        await this.#attach(topic, listening);
        this.#events.onGap(topic);
        return;
      } catch (error) {
        this.#options.log.debug({ err: error }, 'pub-sub lost a node of its cluster');
        await sleep(backoff.next(), undefined, { ref: false });
      }
    }
  }
}

function connect(
  urls: readonly string[],
  { log }: ResolvedPubSubOptions,
  redisOptions: RedisOptions,
): Cluster {
  const backoff = new Backoff(retryMs);
  const cluster = new Cluster([...urls], {
    redisOptions,
    clusterRetryStrategy: () => backoff.next(),
    // What fails is tried again here, in order and not for longer than its caller waits.
    enableOfflineQueue: false,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
  });
  cluster.on('ready', () => backoff.reset());
  cluster.on('error', (error) => log.debug({ err: error }, 'pub-sub connection failed'));
  return cluster;
}

/** Those of the first node hold for all. */
function credentialsOf([url = '']: readonly string[]): RedisOptions {
  const { username, password, protocol } = new URL(url);
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
