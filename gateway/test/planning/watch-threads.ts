import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';

/** The worker threads that this process started and that have not ended. */
export interface WatchedThreads extends Disposable {
  readonly alive: ReadonlySet<Worker>;
  readonly startedCount: number;
  /** Resolves when no more than so many are alive. */
  noMoreThan(count: number): Promise<void>;
}

/** Watches all worker threads that are started from now on. */
export function watchThreads(): WatchedThreads {
  const alive = new Set<Worker>();
  let startedCount = 0;
  const onStart = (message: unknown): void => {
    const { worker } = message as { readonly worker: Worker };
    startedCount += 1;
    alive.add(worker);
    worker.once('exit', () => alive.delete(worker));
  };
  diagnostics.subscribe('worker_threads', onStart);
  return {
    alive,
    get startedCount() {
      return startedCount;
    },
    noMoreThan: async (count) => {
      while (alive.size > count) {
        await Promise.race([...alive].map((worker) => once(worker, 'exit')));
        // The set is told of the same event.
        await new Promise(setImmediate);
      }
    },
    [Symbol.dispose]: () => void diagnostics.unsubscribe('worker_threads', onStart),
  };
}
