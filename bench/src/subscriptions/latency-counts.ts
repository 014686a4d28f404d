/** How often each latency was seen, by tenths of a millisecond: pairs of both. */
export type LatencyCounts = readonly (readonly [tenths: number, count: number])[];

/** Latencies of deliveries, in milliseconds. */
export interface LatencyFigures {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const tenthsPerMs = 10;

/** Counts latencies of millions of deliveries without keeping each. */
export class LatencyCounter {
  #counts = new Map<number, number>();

  add(latencyMs: number): void {
    const tenths = Math.max(0, Math.round(latencyMs * tenthsPerMs));
    this.#counts.set(tenths, (this.#counts.get(tenths) ?? 0) + 1);
  }

  /** What was counted since the last time. */
  take(): LatencyCounts {
    const counts = [...this.#counts];
    this.#counts = new Map();
    return counts;
  }
}

/** The figures of all counts together. Throws when there are none. */
export function toLatencyFigures(counts: LatencyCounts): LatencyFigures {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  return {
    p50: latencyAt(sorted, total * 0.5),
    p99: latencyAt(sorted, total * 0.99),
    max: latencyAt(sorted, total - 1),
  };
}

/** The latency that so many deliveries did not exceed, and the next one did or reached. */
function latencyAt(sorted: LatencyCounts, rank: number): number {
  let seen = 0;
  for (const [tenths, count] of sorted) {
    seen += count;
    if (seen > rank) {
      return tenths / tenthsPerMs;
    }
  }
  throw new Error('There are no latencies');
}
