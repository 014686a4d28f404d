import { z } from 'zod';

const count = (byDefault: number, max: number) =>
  z.coerce.number().int().min(1).max(max).default(byDefault);

const environment = z.object({
  /** Seed of the first graph; the next graph has the next seed. */
  PLAZA_ORACLE_SEED: count(1, 2 ** 31 - 1),
  /** Graphs to draw, those that do not compose among them. */
  PLAZA_ORACLE_GRAPHS: count(30, 1_000_000),
  /** Operations for each graph. */
  PLAZA_ORACLE_OPERATIONS: count(16, 100_000),
});

/** How many random graphs are tried, from the environment. */
export function readRandomGraphSettings() {
  const read = environment.parse(process.env);
  return {
    firstSeed: read.PLAZA_ORACLE_SEED,
    graphs: read.PLAZA_ORACLE_GRAPHS,
    operations: read.PLAZA_ORACLE_OPERATIONS,
  };
}
