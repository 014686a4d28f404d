/**
 * Loaded into each gateway with `--import`: answers the benchmark's question how much CPU and memory
 * the process has used, and ends the process with the benchmark. The same few lines for all, so the
 * cost of asking is the same; nothing runs between two questions.
 */
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { getHeapCodeStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/**
 * CPU of the whole process, its worker threads and its garbage collector included; of one that has
 * others serve for it, theirs too.
 */
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

// Workers of a gateway talk to their primary, which is asked.
if (isMainThread && cluster.isPrimary && process.send !== undefined) {
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
  const children = readChildren();
  return {
    kind: 'usage',
    cpuMs: (userCPUTime + systemCPUTime) / 1_000 + sumOf(children, ({ cpuMs }) => cpuMs),
    rssBytes: process.memoryUsage.rss() + sumOf(children, ({ rssBytes }) => rssBytes),
    rssBytesMax: maxRSS * 1_024 + sumOf(children, ({ rssBytesMax }) => rssBytesMax),
  };
}

type ChildUsage = Omit<ProcessUsage, 'kind'>;

/** Linux tells in ticks of ten milliseconds what a process has used (proc(5)). */
const tickMs = 10;

function readChildren(): ChildUsage[] {
  const own = `/proc/${process.pid}/task/${process.pid}/children`;
  const pids = readText(own)
    .split(' ')
    .filter((pid) => pid !== '');
  return pids.map((pid) => {
    const [, fields = ''] = readText(`/proc/${pid}/stat`).split(') ');
    const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
    const status = readText(`/proc/${pid}/status`);
    const kilobytes = (name: string) =>
      Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
    return {
      cpuMs: (user + system) * tickMs,
      rssBytes: kilobytes('VmRSS') * 1_024,
      rssBytesMax: kilobytes('VmHWM') * 1_024,
    };
  });
}

/** Nothing where there is no such file: other systems, and a process that has just ended. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function sumOf(children: readonly ChildUsage[], toValue: (child: ChildUsage) => number): number {
  return children.reduce((sum, child) => sum + toValue(child), 0);
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
