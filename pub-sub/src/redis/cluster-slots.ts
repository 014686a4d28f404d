import type { Cluster } from 'ioredis';
import { withinDeadline } from '../deadline.ts';

interface SlotRange {
  readonly from: number;
  readonly to: number;
  /** Such as `10.0.0.7:6379`. */
  readonly address: string;
}

/** Which node of a cluster has which slots, as far as the cluster has told. */
export class ClusterSlots {
  readonly #cluster: Cluster;
  readonly #timeoutMs: number;
  #ranges: readonly SlotRange[] = [];
  /** What single nodes have said since. */
  readonly #moved = new Map<number, string>();
  #refreshing: Promise<void> | undefined;

  /** `timeoutMs`: of one question. Any node may be asked, one that hangs too. */
  constructor(cluster: Cluster, timeoutMs: number) {
    this.#cluster = cluster;
    this.#timeoutMs = timeoutMs;
  }

  /** The slot of a channel, by the cluster's own counting. Rejects when the node does not answer. */
  async slotOf(channel: string): Promise<number> {
    return Number(await this.#inTime(this.#cluster.cluster('KEYSLOT', channel)));
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

  /** Asks the cluster, once for all who want to know. Rejects when the node does not answer. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#load().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #load(): Promise<void> {
    const answer = await this.#inTime(this.#cluster.cluster('SLOTS'));
    this.#ranges = answer.flatMap(([from, to, owner]) =>
      owner === undefined ? [] : [{ from, to, address: `${owner[0]}:${owner[1]}` }],
    );
    this.#moved.clear();
  }

  #inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const late = () => new Error('A node of the cluster does not answer');
    return withinDeadline(answer, this.#timeoutMs, late);
  }
}
