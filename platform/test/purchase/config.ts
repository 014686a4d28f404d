import { z } from 'zod';

const count = (byDefault: number, max: number) =>
  z.coerce.number().int().min(1).max(max).default(byDefault);

const environment = z.object({
  /** Purchases that the crash test interrupts with SIGKILL; 200 is the full test. */
  PLAZA_CRASH_RUNS: count(8, 10_000),
  /** Where the crash test's randomness starts: the same number gives the same choices. */
  PLAZA_CRASH_SEED: count(1, 2 ** 31 - 1),
  /** Message buses that the crash test runs on. */
  PLAZA_CRASH_BUS: z.enum(['embedded', 'rabbitmq', 'both']).default('embedded'),
  /** Buyers who want the same seats at once; 500 is the full test. */
  PLAZA_CONTENTION_BUYERS: count(100, 5_000),
  /** Seats that they want. */
  PLAZA_CONTENTION_SEATS: count(10, 500),
  /** Connections that the buyers share. */
  PLAZA_CONTENTION_CONNECTIONS: count(32, 512),
  /** Where the logs of a failed test are kept; a new folder below the system's by default. */
  PLAZA_TEST_LOG_FOLDER: z.string().optional(),
});

/** How much the purchase tests do, from the environment. */
export function readPurchaseTestSettings() {
  const read = environment.parse(process.env);
  return {
    crashRuns: read.PLAZA_CRASH_RUNS,
    crashSeed: read.PLAZA_CRASH_SEED,
    crashBus: read.PLAZA_CRASH_BUS,
    buyers: read.PLAZA_CONTENTION_BUYERS,
    seats: read.PLAZA_CONTENTION_SEATS,
    connections: read.PLAZA_CONTENTION_CONNECTIONS,
    logFolder: read.PLAZA_TEST_LOG_FOLDER,
  };
}
