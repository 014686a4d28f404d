/** What became of look-ups of one type of one subgraph. Root fields count as the type `Query`. */
export interface TypeCounts {
  /** Found in this process. */
  nearHits: number;
  /** Found where gateways share. */
  farHits: number;
  /** Came of a call that another request had under way. */
  joined: number;
  misses: number;
  /** Not looked up: the policy is not to cache. */
  uncacheable: number;
  /** Out of time, and used because the subgraph failed. */
  stale: number;
  stored: number;
  storedCharacters: number;
}

export type EvictionCause = 'capacity' | 'expiry' | 'invalidation';
export type RefusalCause = 'oversize' | 'error' | 'null' | 'headers';

/** Who said that something is out of date. */
export type InvalidationSource = 'endpoint' | 'mutation' | 'event' | 'gap';

/** Counts since the process began, for operators. */
export class CacheCounts {
  readonly #types = new Map<string, Map<string, TypeCounts>>();
  readonly evictions: Record<EvictionCause, number> = { capacity: 0, expiry: 0, invalidation: 0 };
  readonly refusals: Record<RefusalCause, number> = { oversize: 0, error: 0, null: 0, headers: 0 };
  readonly invalidations: Record<InvalidationSource, number> = {
    endpoint: 0,
    mutation: 0,
    event: 0,
    gap: 0,
  };
  /** Questions to the shared cache. */
  readonly far = { lookUps: 0, seconds: 0 };
  readonly responses = { hits: 0, misses: 0, stored: 0 };
  /** Requests that could not be told in time what is out of date. */
  unverified = 0;

  /** There are no more types than schemas have. */
  of(subgraph: string, type: string): TypeCounts {
    let types = this.#types.get(subgraph);
    if (types === undefined) {
      types = new Map();
      this.#types.set(subgraph, types);
    }
    let counts = types.get(type);
    if (counts === undefined) {
      counts = {
        nearHits: 0,
        farHits: 0,
        joined: 0,
        misses: 0,
        uncacheable: 0,
        stale: 0,
        stored: 0,
        storedCharacters: 0,
      };
      types.set(type, counts);
    }
    return counts;
  }

  *byType(): Generator<{ subgraph: string; type: string; counts: TypeCounts }> {
    for (const [subgraph, types] of this.#types) {
      for (const [type, counts] of types) yield { subgraph, type, counts };
    }
  }

  evicted(cause: EvictionCause): void {
    this.evictions[cause] += 1;
  }

  refused(cause: RefusalCause): void {
    this.refusals[cause] += 1;
  }

  invalidated(source: InvalidationSource, things: number): void {
    this.invalidations[source] += things;
  }
}
