import { setTimeout as sleep } from 'node:timers/promises';

/** The handlers of one consumer that are at work now. */
export class RunningHandlers {
  readonly #running = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  /** Aborted once `drain` has waited long enough. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  get count(): number {
    return this.#running.size;
  }

  /** Counts the work until it settles. It must not reject. */
  add(work: Promise<void>): void {
    const counted = work.finally(() => this.#running.delete(counted));
    this.#running.add(counted);
  }

  /** Resolves when one of them is done. */
  async untilOneEnds(): Promise<void> {
    await Promise.race(this.#running);
  }

  /** Waits for all of them; after `timeoutMs` aborts those that are left. */
  async drain(timeoutMs: number): Promise<void> {
    const patience = new AbortController();
    const all = Promise.all(this.#running);
    const late = sleep(timeoutMs, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([all, late]);
    patience.abort();
    this.#closing.abort(new Error('The message bus closes'));
    await all;
  }
}
