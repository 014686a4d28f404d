import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache } from '../cache/cache.ts';

const renewIntervalMs = 500;
/** How long a lease is seen after its last renewal; what is not renewed proves nothing anyway. */
const leaseMs = 5_000;
/** How long a new listener waits for a sign of another one. */
const patienceMs = 2_500;
const lookIntervalMs = 100;

/**
 * Who listens to a bus says so again and again where all gateways see it. A gateway that begins to
 * listen can so tell whether what was announced before has been heard: if somebody renews the lease
 * after that, it has, and is in the log of all.
 */
export class ListeningLease {
  readonly #shared: Cache;
  readonly #key: string;
  readonly #ownId = randomUUID();
  #renewals = 0;

  /** `bus`: a name of the bus and topic that is the same in all gateways. */
  constructor(shared: Cache, bus: string) {
    this.#shared = shared;
    this.#key = `listening:${bus}`;
  }

  /** True when another listener has renewed the lease after the call, within seconds. */
  async isHeardByOthers(signal: AbortSignal): Promise<boolean> {
    const before = await this.#shared.get(this.#key);
    if (before === undefined) return false;
    const endsAtMs = performance.now() + patienceMs;
    while (performance.now() < endsAtMs && !signal.aborted) {
      await sleep(lookIntervalMs);
      const now = await this.#shared.get(this.#key);
      if (now !== undefined && now !== before && !now.startsWith(this.#ownId)) return true;
    }
    return false;
  }

  /** Renews it until told to stop, as long as nothing that was heard is still to be dealt with. */
  async keep(isIdle: () => boolean, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (isIdle()) {
        this.#renewals += 1;
        const text = `${this.#ownId} ${this.#renewals}`;
        await this.#shared.set(this.#key, text, { ttlMs: leaseMs });
      }
      await sleep(renewIntervalMs, undefined, { ref: false });
    }
  }
}
