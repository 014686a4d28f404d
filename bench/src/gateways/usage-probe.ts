/**
 * Loaded into each gateway with `--import`: answers the benchmark's question how much CPU and memory
 * the process has used, and ends the process with the benchmark. The same few lines for both, so the
 * cost of asking is the same; nothing runs between two questions.
 */
import { isMainThread } from 'node:worker_threads';

/** CPU of the whole process, its worker threads and its garbage collector included. */
export interface ProcessUsage {
  readonly kind: 'usage';
  readonly cpuMs: number;
  /** The most memory that the process has held so far. */
  readonly rssBytesMax: number;
}

export const usageQuestion = 'usage?';

if (isMainThread && process.send !== undefined) {
  process.on('message', (message) => {
    if (message === usageQuestion) {
      process.send?.(readUsage());
    }
  });
  process.on('disconnect', () => process.exit());
  // The question must not keep a process alive that has nothing else to do.
  process.channel?.unref();
}

function readUsage(): ProcessUsage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    kind: 'usage',
    cpuMs: (userCPUTime + systemCPUTime) / 1_000,
    rssBytesMax: maxRSS * 1_024,
  };
}
