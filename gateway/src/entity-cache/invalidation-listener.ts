import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache } from '../cache/cache.ts';
import type { EventBuses } from '../event-sources/event-buses.ts';
import type { LazyPubSub } from '../event-sources/lazy-pub-sub.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Invalidator } from './invalidate.ts';
import { ListeningLease } from './listening-lease.ts';
import { readInvalidations } from './read-invalidations.ts';

/** Announcements that may wait; were one more dropped, all that the bus tells of is out of date. */
const bufferMax = 10_000;
const retryMs = 1_000;

export interface ListenerParts {
  readonly buses: EventBuses;
  readonly topic: string;
  readonly invalidator: Invalidator;
  /** Where gateways share entries; undefined where this process has its own alone. */
  readonly shared: Cache | undefined;
  readonly logger: Logger;
}

/**
 * Listens on the buses of the subgraphs for what they announce to be out of date. What was announced
 * while a bus was away nobody knows: after such a gap all of its subgraphs' answers are out of date.
 * A gateway that begins to listen has no such gap if another one has been listening all the time.
 */
export class InvalidationListener implements Disposable {
  readonly #parts: ListenerParts;
  /** Subgraphs that announce there. */
  readonly #subgraphs = new Map<LazyPubSub, Set<string>>();
  readonly #closing = new AbortController();
  #snapshot: SupergraphSnapshot | undefined;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
  }

  /** Listens on every bus that a subgraph of the supergraph announces on, if it caches anything. */
  follow(snapshot: SupergraphSnapshot): void {
    this.#snapshot = snapshot;
    for (const subgraph of snapshot.cacheRules.keys()) {
      const bus = this.#parts.buses.of(subgraph);
      if (bus === undefined) continue;
      const known = this.#subgraphs.get(bus);
      if (known !== undefined) {
        known.add(subgraph);
        continue;
      }
      this.#subgraphs.set(bus, new Set([subgraph]));
      void this.#listen(bus);
    }
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
  }

  async #listen(bus: LazyPubSub): Promise<void> {
    const { invalidator, logger } = this.#parts;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      // What is announced until it listens it does not hear.
      using doubt = invalidator.doubt();
      try {
        await this.#listenOnce(bus, doubt);
      } catch (error) {
        if (!signal.aborted) logger.debug({ error }, 'no invalidations heard, trying again');
      }
      await sleep(retryMs, undefined, { ref: false });
    }
  }

  async #listenOnce(bus: LazyPubSub, doubt: Disposable): Promise<void> {
    const { topic, invalidator } = this.#parts;
    const pubSub = await bus.open();
    const listening = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, listening.signal]);
    const onGap = (): void => void this.#outdateAll(bus);
    const announcements = await pubSub.subscribe(topic, { bufferMax, onGap, signal });
    let isIdle = true;
    void this.#joinListeners(bus, { doubt, isIdle: () => isIdle, signal });
    try {
      let dropped = 0;
      for await (const payload of announcements) {
        isIdle = false;
        if (announcements.dropped > dropped) onGap();
        dropped = announcements.dropped;
        const things = this.#thingsIn(payload);
        if (things.length > 0) await invalidator.invalidateInTime(things, 'event');
        isIdle = true;
      }
    } finally {
      listening.abort();
    }
  }

  /** Finds out whether somebody has heard what was announced before, and listens for others then. */
  async #joinListeners(
    bus: LazyPubSub,
    {
      doubt,
      isIdle,
      signal,
    }: {
      readonly doubt: Disposable;
      readonly isIdle: () => boolean;
      readonly signal: AbortSignal;
    },
  ): Promise<void> {
    const { shared, topic, invalidator } = this.#parts;
    const lease = shared && new ListeningLease(shared, `${bus.name} ${topic}`);
    const isHeard = lease !== undefined && (await lease.isHeardByOthers(signal));
    if (!isHeard) await this.#outdateAll(bus);
    doubt[Symbol.dispose]();
    await lease?.keep(() => isIdle() && !invalidator.isBehind, signal);
  }

  #thingsIn(payload: unknown): ReturnType<typeof readInvalidations> {
    const snapshot = this.#snapshot;
    if (snapshot === undefined || typeof payload !== 'object' || payload === null) return [];
    const { invalidations } = payload as { readonly invalidations?: unknown };
    return readInvalidations(invalidations, { snapshot });
  }

  /** Until it is said that all is out of date, nothing is served. */
  async #outdateAll(bus: LazyPubSub): Promise<void> {
    const { invalidator } = this.#parts;
    using _doubt = invalidator.doubt();
    const names = [...(this.#subgraphs.get(bus) ?? [])];
    const things = names.map((subgraph) => ({ kind: 'subgraph' as const, subgraph }));
    await invalidator.invalidateInTime(things, 'gap');
  }
}
