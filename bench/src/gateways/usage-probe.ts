/**
 * Loaded into each gateway with `--import`: answers the benchmark's question how much CPU and memory
 * the process has used, and ends the process with the benchmark. The same few lines for all, so the
 * cost of asking is the same; nothing runs between two questions.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { getHeapCodeStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** CPU of the whole process, its worker threads and its garbage collector included. */
export interface ProcessUsage {
  readonly kind: 'usage';
  readonly cpuMs: number;
  /** The memory that the process holds now. */
  readonly rssBytes: number;
  /** The most memory that the process has held so far. */
  readonly rssBytesMax: number;
}

/** What the main thread's heap holds after its garbage is collected. */
export interface HeapUsage {
  readonly kind: 'heap';
  readonly heapUsedBytes: number;
  /** Of that, what the compilers made of the program: it grows until all that is hot is compiled. */
  readonly codeBytes: number;
  readonly rssBytes: number;
}

export const usageQuestion = 'usage?';
export const heapQuestion = 'heap?';

/** Objects that others hold weakly, or that finalizers free, go in a later collection. */
const collections = 3;
let collectGarbage: (() => void) | undefined;

if (isMainThread && process.send !== undefined) {
  process.on('message', (message) => {
    if (message === usageQuestion) {
      process.send?.(readUsage());
    } else if (message === heapQuestion) {
      void readHeap().then((heap) => process.send?.(heap));
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
    rssBytes: process.memoryUsage.rss(),
    rssBytesMax: maxRSS * 1_024,
  };
}

async function readHeap(): Promise<HeapUsage> {
  collectGarbage ??= exposeGarbageCollection();
  for (let collection = 0; collection < collections; collection += 1) {
    collectGarbage();
    await nextTurn();
  }
  const { heapUsed, rss } = process.memoryUsage();
  const { code_and_metadata_size: codeBytes } = getHeapCodeStatistics();
  return { kind: 'heap', heapUsedBytes: heapUsed, codeBytes, rssBytes: rss };
}

/** Once, and only when asked: a context for each reading would be in what is read. */
function exposeGarbageCollection(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
