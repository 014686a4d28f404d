import type { Logger } from 'pino';

export interface BackgroundJobOptions {
  readonly name: string;
  /** Pause between two runs. */
  readonly everyMs: number;
  /**
   * One round of work. Several processes run it at the same time, so it must claim what it works on
   * (FOR UPDATE SKIP LOCKED, a guarded update, an advisory lock). Resolves to true when
   * more work waits, and then runs again at once.
   */
  readonly run: (signal: AbortSignal) => Promise<boolean>;
}

/** Part of the pause by which runs of several processes are spread. */
const jitterShare = 0.1;

/** Work that a subgraph does by itself, again and again, one run at a time in this process. */
export class BackgroundJob {
  readonly name: string;
  readonly #options: BackgroundJobOptions;
  readonly #closing = new AbortController();
  #loop: Promise<void> | undefined;
  #isWoken = false;
  #wake: () => void = () => undefined;

  constructor(options: BackgroundJobOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Begins, with a first run at once. Idempotent. */
  start(log: Logger): void {
    this.#loop ??= this.#repeat(log);
  }

  /** Runs soon, instead of after the pause. */
  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  /** Aborts the run under way and waits for it. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort(new Error(`The job ${this.name} is closed`));
    this.wake();
    await this.#loop;
  }

  async #repeat(log: Logger): Promise<void> {
    const { everyMs, run } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      this.#isWoken = false;
      let hasMore = false;
      try {
        hasMore = await run(signal);
      } catch (error) {
        if (!signal.aborted) log.error({ err: error, job: this.name }, 'job failed');
      }
      if (!hasMore) await this.#pause(everyMs * (1 + Math.random() * jitterShare));
    }
  }

  async #pause(timeoutMs: number): Promise<void> {
    if (this.#isWoken || this.#closing.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
  }
}
