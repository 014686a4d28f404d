import type { Cluster } from 'ioredis';

interface SlotRange {
  readonly from: number;
  readonly to: number;
  /** Such as `10.0.0.7:6379`. */
  readonly address: string;
}

/** Which node of a cluster has which slots, as far as the cluster has told. */
export class ClusterSlots {
  readonly #cluster: Cluster;
  #ranges: readonly SlotRange[] = [];
  /** What single nodes have said since. */
  readonly #moved = new Map<number, string>();
  #refreshing: Promise<void> | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The slot of a channel, by the cluster's own counting. */
  async slotOf(channel: string): Promise<number> {
    return Number(await this.#cluster.cluster('KEYSLOT', channel));
  }

  /** The address of the node; undefined where none has the slot. */
  ownerOf(slot: number): string | undefined {
    const moved = this.#moved.get(slot);
    if (moved !== undefined) return moved;
    return this.#ranges.find(({ from, to }) => from <= slot && slot <= to)?.address;
  }

  /** True when the error says where a slot is. */
  learn(error: unknown): boolean {
    const text = error instanceof Error ? error.message : '';
    const [, slot, address] = /^MOVED (\d+) (\S+:\d+)$/.exec(text) ?? [];
    if (slot === undefined || address === undefined) return false;
    this.#moved.set(Number(slot), address);
    return true;
  }

  /** Asks the cluster, once for all who want to know. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#load().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #load(): Promise<void> {
    const answer = await this.#cluster.cluster('SLOTS');
    this.#ranges = answer.flatMap(([from, to, owner]) =>
      owner === undefined ? [] : [{ from, to, address: `${owner[0]}:${owner[1]}` }],
    );
    this.#moved.clear();
  }
}
