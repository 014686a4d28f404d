const samplesMax = 200;
const samplesMin = 50;
const percentile = 0.95;

/** How long the last calls took, for the time after which a call is a slow one. */
export class RecentDurations {
  readonly #samples = new Float64Array(samplesMax);
  #count = 0;
  #slowMs: number | undefined;

  add(durationMs: number): void {
    this.#samples[this.#count % samplesMax] = durationMs;
    this.#count += 1;
    if (this.#count % samplesMin === 0) this.#slowMs = this.#percentile();
  }

  /** What 95 of 100 calls of late were faster than; undefined before enough were made. */
  get slowMs(): number | undefined {
    return this.#slowMs;
  }

  #percentile(): number | undefined {
    const known = this.#samples.slice(0, Math.min(this.#count, samplesMax)).sort();
    return known[Math.floor(known.length * percentile)];
  }
}
