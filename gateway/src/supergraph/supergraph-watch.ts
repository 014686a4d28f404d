import { AppError } from '@plaza/schema/errors';
import type { Logger } from '../telemetry/logger.ts';
import type { LastGoodFile } from './last-good-file.ts';
import type { SnapshotChange, SupergraphSnapshot } from './snapshot.ts';
import type { FoundSupergraph, SupergraphOrigin } from './supergraph-origin.ts';
import type { SupergraphSource } from './supergraph-source.ts';

/** Longest time between looks when one after the other fails, unless `pollIntervalMs` is longer. */
const backOffMsMax = 60_000;

export interface WatchOptions {
  readonly origin: SupergraphOrigin;
  /** 0: look once, never again. */
  readonly pollIntervalMs: number;
  readonly build: (sdl: string) => Promise<SupergraphSnapshot>;
  /** Runs before a snapshot replaces the one in use, which serves until then. */
  readonly warm?: (change: SnapshotChange) => Promise<void>;
  /** Keeps each supergraph that serves, for a start while the origin is away. */
  readonly lastGood?: LastGoodFile | undefined;
  readonly logger: Logger;
}

/** A supergraph that was looked at and cannot be served. */
interface Refused {
  readonly version: string;
  readonly error: unknown;
}

/**
 * Serves the supergraph of an origin and looks for a changed one. The next snapshot is built and
 * warmed beside the one in use and replaces it by one reference; one that cannot be built is logged,
 * once, and changes nothing. The planner of a replaced snapshot retires. Dispose of it to stop.
 */
export class SupergraphWatch implements SupergraphSource, Disposable {
  readonly #options: WatchOptions;
  readonly #listeners: ((next: SupergraphSnapshot) => void)[] = [];
  readonly #stopping = new AbortController();
  #current: SupergraphSnapshot | undefined;
  /** What the origin called the supergraph in use. */
  #version: string | undefined;
  #refused: Refused | undefined;
  /** What is wrong since the last look that succeeded. */
  #problem: string | undefined;
  /** Looks in a row that failed for a reason that may pass. */
  #failures = 0;
  #lastReload = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /**
   * Loads the first supergraph, or the last good one when there is none to load. Rejects with AppError
   * SUPERGRAPH_UNAVAILABLE when there is neither.
   */
  async start(): Promise<void> {
    try {
      await this.reload();
    } catch (error) {
      await this.#serveLastGood(error);
    }
    this.#schedule();
  }

  /** Looks now. Rejects with AppError SUPERGRAPH_UNAVAILABLE and keeps the snapshot in use. */
  reload(): Promise<void> {
    // One after the other: of two that overlap, the older supergraph could win.
    const reload = (): Promise<void> => this.#look();
    this.#lastReload = this.#lastReload.then(reload, reload);
    return this.#lastReload;
  }

  isLoaded(): boolean {
    return this.#current !== undefined;
  }

  isUpToDate(): boolean {
    return this.#problem === undefined;
  }

  current(): SupergraphSnapshot {
    if (this.#current !== undefined) return this.#current;
    const { name } = this.#options.origin;
    throw new AppError('SUPERGRAPH_UNAVAILABLE', `No supergraph is loaded from ${name}`);
  }

  onSwap(listener: (next: SupergraphSnapshot) => void): void {
    this.#listeners.push(listener);
  }

  [Symbol.dispose](): void {
    this.#stopping.abort(new AppError('SUPERGRAPH_UNAVAILABLE', 'The gateway is shutting down'));
    clearTimeout(this.#timer);
    this.#current?.planner.retire();
  }

  async #look(): Promise<void> {
    try {
      const found = await this.#options.origin.find(this.#stopping.signal);
      if (found.version !== this.#version) await this.#take(found);
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      // A refusal does not pass by itself: what replaces it is found as soon as any change.
      this.#failures = error === this.#refused?.error ? 0 : this.#failures + 1;
      throw error;
    }
    this.#problem = undefined;
    this.#failures = 0;
  }

  /** Makes what was found the supergraph in use. What is refused now is not tried again. */
  async #take(found: FoundSupergraph): Promise<void> {
    const { version } = found;
    if (version === this.#refused?.version) throw this.#refused.error;
    try {
      const sdl = await found.toSdl(this.#stopping.signal);
      if (sdl !== this.#current?.sdl) await this.#serve(await this.#options.build(sdl));
    } catch (cause) {
      const error = namedAfter(this.#options.origin, cause);
      if (isVerdict(cause)) this.#refused = { version, error };
      throw error;
    }
    this.#version = version;
    this.#refused = undefined;
  }

  async #serve(next: SupergraphSnapshot): Promise<void> {
    const { lastGood, logger } = this.#options;
    const previous = this.#current;
    if (previous !== undefined) await this.#warm({ current: previous, next });
    if (this.#stopping.signal.aborted) {
      next.planner.retire();
      throw this.#stopping.signal.reason;
    }
    this.#current = next;
    for (const listener of this.#listeners) listener(next);
    previous?.planner.retire();
    logger.info({ hash: next.hash, 'hash.previous': previous?.hash }, 'supergraph loaded');
    try {
      await lastGood?.write(next.sdl);
    } catch (error) {
      logger.warn({ error, hash: next.hash }, 'last good supergraph not kept');
    }
  }

  /** A supergraph that cannot be warmed serves cold. */
  async #warm(change: SnapshotChange): Promise<void> {
    try {
      await this.#options.warm?.(change);
    } catch (error) {
      this.#options.logger.warn({ error, hash: change.next.hash }, 'supergraph not warmed');
    }
  }

  async #serveLastGood(problem: unknown): Promise<void> {
    const { lastGood, build, logger } = this.#options;
    try {
      const sdl = await lastGood?.read(this.#stopping.signal);
      if (sdl === undefined) throw problem;
      await this.#serve(await build(sdl));
    } catch (error) {
      if (error !== problem) logger.error({ error }, 'last good supergraph not usable');
      throw problem;
    }
    const { hash } = this.current();
    logger.warn({ error: problem, hash }, 'supergraph not loaded, the last good one serves');
  }

  async #poll(): Promise<void> {
    const { logger } = this.#options;
    const known = this.#problem;
    try {
      await this.reload();
      if (known !== undefined)
        logger.info({ hash: this.#current?.hash }, 'supergraph is up to date');
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const hash = this.#current?.hash;
      // One entry for each problem, however long it lasts.
      if (this.#problem !== known) {
        logger.error({ error, hash }, 'supergraph not loaded, last good one kept');
      }
    }
    this.#schedule();
  }

  #schedule(): void {
    const { pollIntervalMs } = this.#options;
    if (pollIntervalMs === 0 || this.#stopping.signal.aborted) return;
    const delayMs = pollDelayMs(pollIntervalMs, this.#failures);
    this.#timer = setTimeout(() => void this.#poll(), delayMs).unref();
  }
}

/** Time to the next look, doubled by every failure in a row. */
export function pollDelayMs(pollIntervalMs: number, failures: number): number {
  const longestMs = Math.max(pollIntervalMs, backOffMsMax);
  return Math.min(pollIntervalMs * 2 ** failures, longestMs);
}

/** Whether the same supergraph would fail again; a thread that broke down may not. */
function isVerdict(error: unknown): boolean {
  return error instanceof AppError && error.code !== 'INTERNAL_SERVER_ERROR';
}

/** Who found the reason knows the text alone; who reads it wants to know which one. */
function namedAfter({ name }: SupergraphOrigin, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError('SUPERGRAPH_UNAVAILABLE', `Supergraph ${name}: ${reason}`, { cause });
}
