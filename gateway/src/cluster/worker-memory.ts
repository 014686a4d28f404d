import { availableParallelism, totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Config } from '../config.ts';

/** What the heaps of all workers may take together; the rest is for planners, buffers and sockets. */
const heapShare = 0.6;
const bytesPerMegabyte = 1_048_576;

/** How many workers a configuration asks for. */
export function workerCount({ workers }: Config['cluster']): number {
  return workers === 'auto' || workers === undefined ? availableParallelism() : workers;
}

/**
 * What a worker is started with, so that all of them together fit into the memory of the machine or
 * container. V8's own limit, and one that is set by hand, is for a process that has it to itself.
 */
export function heapArguments(workers: number): string[] {
  const constrained = process.constrainedMemory();
  const memory = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  const shareBytes = (memory * heapShare) / workers;
  if (shareBytes >= getHeapStatistics().heap_size_limit) return [];
  return [`--max-old-space-size=${Math.floor(shareBytes / bytesPerMegabyte)}`];
}
