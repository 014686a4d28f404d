import type { EventBuses } from '../event-sources/event-buses.ts';
import type { LazyPubSub } from '../event-sources/lazy-pub-sub.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Invalidator } from './invalidate.ts';
import { readInvalidations } from './read-invalidations.ts';

/** Announcements that may wait; were one more dropped, all that the bus tells of is out of date. */
const bufferMax = 10_000;
const retryMs = 1_000;

export interface ListenerParts {
  readonly buses: EventBuses;
  readonly topic: string;
  readonly invalidator: Invalidator;
  readonly logger: Logger;
}

/**
 * Listens on the buses of the subgraphs for what they announce to be out of date. What was announced
 * while a bus was away nobody knows: after such a gap all of its subgraphs' answers are out of date.
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
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#listenOnce(bus);
      } catch (error) {
        if (signal.aborted) return;
        this.#parts.logger.debug({ error }, 'no invalidations heard, trying again');
      }
      // Nobody knows what was announced until it listens again.
      this.#onGap(bus);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  async #listenOnce(bus: LazyPubSub): Promise<void> {
    const { topic, invalidator } = this.#parts;
    const pubSub = await bus.open();
    const announcements = await pubSub.subscribe(topic, {
      bufferMax,
      onGap: () => this.#onGap(bus),
      signal: this.#closing.signal,
    });
    this.#onGap(bus);
    let dropped = 0;
    for await (const payload of announcements) {
      if (announcements.dropped > dropped) this.#onGap(bus);
      dropped = announcements.dropped;
      const things = this.#thingsIn(payload);
      if (things.length > 0) await invalidator.invalidateInTime(things, 'event');
    }
  }

  #thingsIn(payload: unknown): ReturnType<typeof readInvalidations> {
    const snapshot = this.#snapshot;
    if (snapshot === undefined || typeof payload !== 'object' || payload === null) return [];
    const { invalidations } = payload as { readonly invalidations?: unknown };
    return readInvalidations(invalidations, { snapshot });
  }

  #onGap(bus: LazyPubSub): void {
    const names = [...(this.#subgraphs.get(bus) ?? [])];
    const things = names.map((subgraph) => ({ kind: 'subgraph' as const, subgraph }));
    void this.#parts.invalidator.invalidateInTime(things, 'gap');
  }
}
