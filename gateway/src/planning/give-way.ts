import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import path from 'node:path';

/** Nice value of a thread that plans: beside one that serves it has a quarter of a core. */
const planningPriority = 5;

/**
 * Lets the threads that serve go before the calling one where both want a core. Does nothing where
 * the system has no priorities of threads, or does not say which one this is.
 */
export function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Number(path.basename(readlinkSync('/proc/thread-self'))), planningPriority);
  } catch {
    // Without /proc, or where a policy forbids it, it plans at the same priority as all others.
  }
}
