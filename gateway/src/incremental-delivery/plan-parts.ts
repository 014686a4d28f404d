import type { FetchError } from '../query-plan/fetch-errors.ts';

/** A deferred part of a plan under way. */
export interface PlanPart {
  /** Those of its own fetches. */
  readonly errors: readonly FetchError[];
  /** Resolves when the part has ended, however it did. */
  readonly ended: Promise<void>;
  hasEnded: boolean;
  /** Why it was given up, if it was. */
  failure: unknown;
}

interface AwaitedFetch {
  readonly done: PromiseWithResolvers<void>;
  /** A fetch may have been split into several of the same id, which begin together. */
  running: number;
}

/** The deferred parts of one run of a plan, and the fetches that they wait for. */
export class PlanParts {
  readonly #parts = new Map<string, PlanPart>();
  readonly #fetches = new Map<string, AwaitedFetch>();

  /** Undefined for a part that the plan has nothing for. */
  get(label: string): PlanPart | undefined {
    return this.#parts.get(label);
  }

  add(label: string, errors: readonly FetchError[], work: Promise<void>): void {
    const end = (failure?: unknown): void => {
      part.hasEnded = true;
      part.failure = failure;
    };
    const ended = work.then(() => end(), end);
    const part: PlanPart = { errors, ended, hasEnded: false, failure: undefined };
    this.#parts.set(label, part);
  }

  /** Resolves when all of these fetches are done. */
  async whenFetched(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#fetch(id).done.promise));
  }

  /** Runs a fetch that parts may wait for. */
  async fetch(id: string, start: () => Promise<void>): Promise<void> {
    const fetch = this.#fetch(id);
    fetch.running += 1;
    await start();
    fetch.running -= 1;
    if (fetch.running === 0) fetch.done.resolve();
  }

  #fetch(id: string): AwaitedFetch {
    let fetch = this.#fetches.get(id);
    if (fetch === undefined) {
      fetch = { done: Promise.withResolvers(), running: 0 };
      this.#fetches.set(id, fetch);
    }
    return fetch;
  }
}
