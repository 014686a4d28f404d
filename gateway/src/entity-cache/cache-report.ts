import type { TypePolicy } from './fetch-shape.ts';
import type { AnswersFound, WantedAnswer } from './look-up-answers.ts';

/** What became of one fetch, for whoever asks why it was or was not cached. */
export interface ReportedFetch {
  readonly subgraph: string;
  readonly type: string;
  readonly maxAgeSeconds: number;
  readonly scope: 'public' | 'private';
  /** Schema coordinate that decides the age, and the one that makes it private. */
  readonly decidedBy: string;
  readonly privateBy?: string | undefined;
  readonly hits: number;
  readonly fetched: number;
  readonly isStale: boolean;
}

/** Gathers what became of the fetches of one request. */
export class CacheReport {
  readonly #fetches: ReportedFetch[] = [];

  add(subgraph: string, wanted: readonly WantedAnswer[], found: AnswersFound): void {
    const byPolicy = new Map<TypePolicy, { hits: number; fetched: number }>();
    for (const [place, { policy, key }] of wanted.entries()) {
      if (key === undefined) continue;
      const counts = byPolicy.get(policy) ?? { hits: 0, fetched: 0 };
      byPolicy.set(policy, counts);
      if (found.asked?.has(place) === true) counts.fetched += 1;
      else counts.hits += 1;
    }
    for (const [policy, counts] of byPolicy) {
      this.#fetches.push({ ...describe(subgraph, policy), ...counts, isStale: found.isStale });
    }
  }

  addUncached(subgraph: string, policy: TypePolicy): void {
    this.#fetches.push({ ...describe(subgraph, policy), hits: 0, fetched: 1, isStale: false });
  }

  toJSON(): readonly ReportedFetch[] {
    return this.#fetches;
  }
}

function describe(
  subgraph: string,
  { typename, maxAgeMs, scope, decidedBy, privateBy }: TypePolicy,
): Omit<ReportedFetch, 'hits' | 'fetched' | 'isStale'> {
  return {
    subgraph,
    type: typename,
    maxAgeSeconds: maxAgeMs / 1_000,
    scope,
    decidedBy,
    ...(privateBy === undefined ? {} : { privateBy }),
  };
}
