const slicesMax = 10;

/** What is counted of one subgraph. */
export interface Counted {
  calls: number;
  /** Calls that failed with all their attempts. */
  failures: number;
  /** Further attempts, and hedges. */
  retries: number;
}

interface Slice extends Counted {
  /** Which slice of time it counts. */
  at: number;
}

/** Counts over a window that slides in ten slices. Reading and counting cost the same at any rate. */
export class RecentCounts {
  readonly #sliceMs: number;
  readonly #slices: Slice[];
  readonly #totals: Counted = { calls: 0, failures: 0, retries: 0 };
  #current: Slice;

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / slicesMax;
    this.#slices = Array.from({ length: slicesMax }, () => emptySlice());
    this.#current = emptySlice();
  }

  count(what: keyof Counted, nowMs: number): void {
    this.#moveTo(nowMs);
    this.#current[what] += 1;
    this.#totals[what] += 1;
  }

  /** What the window has now. The object changes with it. */
  totals(nowMs: number): Readonly<Counted> {
    this.#moveTo(nowMs);
    return this.#totals;
  }

  /** Begins anew. */
  forget(): void {
    for (const slice of this.#slices) this.#drop(slice, -1);
    this.#drop(this.#current, -1);
  }

  #moveTo(nowMs: number): void {
    const at = Math.floor(nowMs / this.#sliceMs);
    if (at === this.#current.at) return;
    for (const slice of this.#slices) {
      if (slice.at <= at - slicesMax && slice.at !== -1) this.#drop(slice, -1);
    }
    const next = this.#slices[at % slicesMax] ?? this.#current;
    this.#drop(next, at);
    this.#current = next;
  }

  #drop(slice: Slice, at: number): void {
    this.#totals.calls -= slice.calls;
    this.#totals.failures -= slice.failures;
    this.#totals.retries -= slice.retries;
    Object.assign(slice, emptySlice(), { at });
  }
}

function emptySlice(): Slice {
  return { at: -1, calls: 0, failures: 0, retries: 0 };
}
