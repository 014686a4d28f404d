/** Which claim on a job is meant: a later claim is somebody else's. */
export interface JobClaim {
  readonly id: string;
  readonly retryCount: number;
}

/** Jobs that one statement deletes. */
const batchMax = 500;

/**
 * Deletes finished jobs: those that finish while one DELETE is under way share the next. A burst costs
 * a few statements instead of one per message.
 */
export class SettledJobs {
  readonly #deleteJobs: (jobs: JobClaim[]) => Promise<unknown>;
  #waiting: { job: JobClaim; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #isBusy = false;

  constructor(deleteJobs: (jobs: JobClaim[]) => Promise<unknown>) {
    this.#deleteJobs = deleteJobs;
  }

  /** Resolves when the job is deleted. */
  add({ id, retryCount }: JobClaim): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ job: { id, retryCount }, resolve, reject });
    if (!this.#isBusy) void this.#work();
    return promise;
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchMax);
      try {
        await this.#deleteJobs(batch.map(({ job }) => job));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isBusy = false;
  }
}
