import type { ReplicaAddress } from './replica.ts';
import { Replica, replicaKey } from './replica.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';
import type { TlsMaterial } from './tls-files.ts';
import type { TrafficCounts } from './traffic-counts.ts';

type Load = 'pending' | 'subscriptions';

/** The replicas of one subgraph: which is asked next, and which are left out for a time. */
export class Replicas {
  readonly #settings: SubgraphSettings;
  readonly #counts: TrafficCounts;
  #tls: TlsMaterial;
  #list: readonly Replica[] = [];
  #turn = 0;

  constructor(settings: SubgraphSettings, counts: TrafficCounts, tls: TlsMaterial) {
    this.#settings = settings;
    this.#counts = counts;
    this.#tls = tls;
  }

  get count(): number {
    return this.#list.length;
  }

  /** These are the replicas from now on: known ones stay, those that are gone are drained. */
  set(addresses: readonly ReplicaAddress[]): void {
    const known = new Map(this.#list.map((replica) => [replicaKey(replica.address), replica]));
    const next = new Map<string, Replica>();
    for (const address of addresses) {
      const key = replicaKey(address);
      const replica = known.get(key) ?? new Replica(address, this.#settings, this.#tls);
      next.set(key, replica);
    }
    this.#list = [...next.values()];
    for (const [key, replica] of known) if (!next.has(key)) replica.drain();
  }

  /**
   * The one that has the least to do, in turns where several have; not one that is ejected, nor the
   * one to avoid, while there is another.
   */
  choose(load: Load, avoided?: Replica): Replica {
    const [first] = this.#list;
    if (first === undefined) throw new Error('A subgraph has no replica');
    if (this.#list.length === 1) return first;
    const nowMs = performance.now();
    const isIn = (replica: Replica): boolean => replica.ejectedUntilMs <= nowMs;
    return (
      this.#least(load, (replica) => replica !== avoided && isIn(replica)) ??
      this.#least(load, isIn) ??
      this.#least(load, () => true) ??
      first
    );
  }

  succeeded(replica: Replica): void {
    if (replica.failuresInRow === 0) return;
    replica.failuresInRow = 0;
    replica.ejections = 0;
  }

  /** Counts a failure, which ejects it when there were several in a row and others are left. */
  failed(replica: Replica): void {
    const { enabled, failuresMax, ejectMs, ejectMsMax } = this.#settings.outlierEjection;
    replica.failuresInRow += 1;
    if (!enabled || replica.failuresInRow < failuresMax) return;
    const nowMs = performance.now();
    if (replica.ejectedUntilMs > nowMs) return;
    const isOtherLeft = this.#list.some(
      (other) => other !== replica && other.ejectedUntilMs <= nowMs,
    );
    if (!isOtherLeft) return;
    replica.ejectedUntilMs = nowMs + Math.min(ejectMsMax, ejectMs * 2 ** replica.ejections);
    replica.ejections += 1;
    // When it is back, its next failure ejects it again.
    replica.failuresInRow = failuresMax - 1;
    this.#counts.ejections += 1;
  }

  ejectedCount(): number {
    const nowMs = performance.now();
    return this.#list.filter(({ ejectedUntilMs }) => ejectedUntilMs > nowMs).length;
  }

  renew(tls: TlsMaterial): void {
    this.#tls = tls;
    for (const replica of this.#list) replica.renew(tls);
  }

  drain(): void {
    for (const replica of this.#list) replica.drain();
  }

  async destroy(): Promise<void> {
    await Promise.all(this.#list.map((replica) => replica.destroy()));
  }

  #least(load: Load, isUsable: (replica: Replica) => boolean): Replica | undefined {
    const { length } = this.#list;
    this.#turn = (this.#turn + 1) % length;
    let least: Replica | undefined;
    for (let step = 0; step < length; step += 1) {
      const replica = this.#list[(this.#turn + step) % length];
      if (replica === undefined || !isUsable(replica)) continue;
      if (least === undefined || replica[load] < least[load]) least = replica;
    }
    return least;
  }
}
