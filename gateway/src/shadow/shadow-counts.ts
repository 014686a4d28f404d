import type { Registry } from 'prom-client';
import { Counter, Histogram } from 'prom-client';
import type { Tried } from './candidate.ts';

/** What became of one query that was to be tried. */
export type ComparisonResult = 'equal' | 'different' | 'failed' | 'dropped';

const results: readonly ComparisonResult[] = ['equal', 'different', 'failed', 'dropped'];

/** Times that are kept for one summary; further ones replace some at random. */
const timesMax = 1_000;

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Side {
  readonly times: number[];
  calls: number | undefined;
}

/** Counts comparisons, for one summary after the other and for `/metrics`. */
export class ShadowCounts {
  readonly #all: Record<ComparisonResult, number> = noResults();
  #since: Record<ComparisonResult, number> = noResults();
  #live: Side = { times: [], calls: 0 };
  #candidate: Side = { times: [], calls: 0 };
  #timed = 0;
  #onTime: ((live: Tried, candidate: Tried) => void) | undefined;

  add(result: ComparisonResult): void {
    this.#all[result] += 1;
    this.#since[result] += 1;
  }

  /** The time and calls that one query took on both sides. */
  time(live: Tried, candidate: Tried): void {
    this.#timed += 1;
    this.#keep(this.#live, live);
    this.#keep(this.#candidate, candidate);
    this.#onTime?.(live, candidate);
  }

  /** What there was since the last summary; undefined if nothing. */
  takeSummary(): object | undefined {
    if (results.every((result) => this.#since[result] === 0)) return undefined;
    const summary = {
      ...this.#since,
      live: summaryOf(this.#live),
      candidate: summaryOf(this.#candidate),
    };
    this.#since = noResults();
    this.#live = { times: [], calls: 0 };
    this.#candidate = { times: [], calls: 0 };
    this.#timed = 0;
    return summary;
  }

  register(registry: Registry): void {
    const registers = [registry];
    const all = this.#all;
    new Counter({
      name: 'plaza_shadow_queries_total',
      help: 'Queries that were tried on the candidate, by what became of them.',
      labelNames: ['result'],
      registers,
      collect() {
        this.reset();
        for (const result of results) this.inc({ result }, all[result]);
      },
    });
    const duration = new Histogram({
      name: 'plaza_shadow_duration_seconds',
      help: 'Time to answer the queries that were tried, live and by the candidate.',
      labelNames: ['side'],
      buckets: secondsBuckets,
      registers,
    });
    const calls = new Counter({
      name: 'plaza_shadow_subgraph_calls_total',
      help: 'Calls to subgraphs for the queries that were tried, where they can be told.',
      labelNames: ['side'],
      registers,
    });
    this.#onTime = (live, candidate) => {
      for (const [side, tried] of [
        ['live', live],
        ['candidate', candidate],
      ] as const) {
        duration.observe({ side }, tried.durationMs / 1_000);
        calls.inc({ side }, tried.calls ?? 0);
      }
    };
  }

  #keep(side: Side, { durationMs, calls }: Tried): void {
    const { times } = side;
    if (times.length < timesMax) times.push(durationMs);
    else if (Math.random() < timesMax / this.#timed) {
      times[Math.floor(Math.random() * timesMax)] = durationMs;
    }
    side.calls = side.calls === undefined || calls === undefined ? undefined : side.calls + calls;
  }
}

function noResults(): Record<ComparisonResult, number> {
  return { equal: 0, different: 0, failed: 0, dropped: 0 };
}

function summaryOf({ times, calls }: Side) {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): number | undefined =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const rounded = (ms: number | undefined) => (ms === undefined ? undefined : Math.round(ms));
  return { p50_ms: rounded(at(0.5)), p99_ms: rounded(at(0.99)), calls };
}
