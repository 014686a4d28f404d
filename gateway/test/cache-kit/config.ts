export interface ModelConfig {
  readonly stepsMax: number;
  readonly seed: number;
}

/** How long the model of the cache runs, and by which choices; each run has others by default. */
export function modelConfig(): ModelConfig {
  const { PLAZA_CACHE_STEPS: steps = '10000', PLAZA_CACHE_SEED: seed } = process.env;
  return { stepsMax: Number(steps), seed: Number(seed ?? Date.now() % 1_000_000) };
}
