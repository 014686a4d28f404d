import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const [major = 0] = process.versions.node.split('.').map(Number);
/**
 * What V8 sets aside for young objects counts in its limit, but the process ends when old objects
 * alone reach what else there is. V8 tells the sum only: it is three times 64 MB, before Node 24 16 MB.
 */
const youngBytesMax = 3 * (major >= 24 ? 64 : 16) * 1_048_576;

/** How much of what its old objects may take they take, in percent; those that are dead count too. */
export function heapUsedPercent(): number {
  let used = 0;
  for (const { space_name: name, space_used_size: size } of getHeapSpaceStatistics()) {
    if (!name.startsWith('new_')) used += size;
  }
  return (used / (getHeapStatistics().heap_size_limit - youngBytesMax)) * 100;
}

let collect: (() => void) | undefined;

/** Frees what is dead. The thread stands still for about a second for each gigabyte that is not. */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
