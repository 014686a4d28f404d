import type { InvalidationLog } from '../cache/invalidation-log.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { CacheCounts, InvalidationSource } from './cache-counts.ts';
import type { InvalidatedThing } from './cache-tags.ts';
import { tagsOfInvalidated } from './cache-tags.ts';

/** Tags that wait for the log to be there again. More, and whole subgraphs stand for them. */
const waitingTagsMax = 10_000;
const retryMs = 500;

export interface InvalidatorParts {
  readonly log: InvalidationLog;
  readonly counts: CacheCounts;
  readonly logger: Logger;
}

/** Puts what the cache holds out of date, in every gateway process. */
export class Invalidator implements Disposable {
  readonly #parts: InvalidatorParts;
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #doubts = 0;
  #isClosed = false;

  constructor(parts: InvalidatorParts) {
    this.#parts = parts;
  }

  /**
   * True while something is known to be out of date that the log could not be told, or while somebody
   * doubts that all is known: until then nothing that is remembered may be served.
   */
  get isBehind(): boolean {
    return this.#waiting.size > 0 || this.#doubts > 0;
  }

  /** Nothing that is remembered is served until this is disposed of. */
  doubt(): Disposable {
    this.#doubts += 1;
    let isOver = false;
    return {
      [Symbol.dispose]: () => {
        if (!isOver) this.#doubts -= 1;
        isOver = true;
      },
    };
  }

  /**
   * Resolves when no process serves these things as they were any more. Rejects with the log's
   * AppError when that cannot be said.
   */
  async invalidate(things: readonly InvalidatedThing[], source: InvalidationSource): Promise<void> {
    const { log, counts } = this.#parts;
    await log.invalidate(tagsOf(things));
    counts.invalidated(source, things.length);
  }

  /** The same for whoever cannot wait for the log to be there again: it is told as soon as it is. */
  async invalidateInTime(
    things: readonly InvalidatedThing[],
    source: InvalidationSource,
  ): Promise<void> {
    try {
      await this.invalidate(things, source);
    } catch (error) {
      this.#parts.counts.invalidated(source, things.length);
      if (this.#waiting.size === 0) {
        this.#parts.logger.warn({ error }, 'invalidation waits: the cache is not read meanwhile');
      }
      this.#wait(things);
    }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #wait(things: readonly InvalidatedThing[]): void {
    const isFull = this.#waiting.size >= waitingTagsMax;
    const coarse = things.map(({ subgraph }) => ({ kind: 'subgraph' as const, subgraph }));
    for (const tag of tagsOf(isFull ? coarse : things)) this.#waiting.add(tag);
    this.#timer ??= setTimeout(() => void this.#retry(), retryMs);
  }

  async #retry(): Promise<void> {
    const tags = [...this.#waiting];
    try {
      await this.#parts.log.invalidate(tags);
      for (const tag of tags) this.#waiting.delete(tag);
    } catch {
      // The log is still away; who waits for it has been told.
    }
    this.#timer = undefined;
    if (this.#waiting.size > 0 && !this.#isClosed) {
      this.#timer = setTimeout(() => void this.#retry(), retryMs);
    }
  }
}

function tagsOf(things: readonly InvalidatedThing[]): string[] {
  return [...new Set(things.flatMap(tagsOfInvalidated))];
}
