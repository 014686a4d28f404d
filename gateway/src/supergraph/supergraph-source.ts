import { AppError } from '@plaza/schema/errors';
import type { Logger } from '../telemetry/logger.ts';
import { loadSupergraph } from './load-supergraph.ts';
import type { SnapshotChange, SupergraphSnapshot } from './snapshot.ts';

/** Longest time between looks when one after the other fails, unless `pollIntervalMs` is longer. */
const backOffMsMax = 60_000;

/** Where the gateway finds the graph that it serves now. */
export interface SupergraphSource {
  /** The snapshot in use. Throws AppError SUPERGRAPH_UNAVAILABLE before the first one is loaded. */
  current(): SupergraphSnapshot;
  isLoaded(): boolean;
  /** Calls the listener after each swap with the snapshot that serves from now on. */
  onSwap(listener: (next: SupergraphSnapshot) => void): void;
}

/** A source that looks for changes of a file or URL. Dispose of it to stop. */
export interface WatchedSupergraph extends SupergraphSource, Disposable {
  /** Loads now. Rejects with AppError SUPERGRAPH_UNAVAILABLE and keeps the snapshot in use. */
  reload(): Promise<void>;
}

export interface WatchOptions {
  /** File or http(s) URL. */
  readonly location: string;
  /** 0: look once, never again. */
  readonly pollIntervalMs: number;
  readonly build: (sdl: string) => Promise<SupergraphSnapshot>;
  /** Runs before a snapshot replaces the one in use, which serves until then. */
  readonly warm?: (change: SnapshotChange) => Promise<void>;
  readonly logger: Logger;
}

/** A source of one snapshot that never changes. */
export function fixedSupergraph(snapshot: SupergraphSnapshot): SupergraphSource {
  return { current: () => snapshot, isLoaded: () => true, onSwap: () => undefined };
}

/**
 * Loads a supergraph and then looks for a changed one. The next snapshot is built and warmed beside
 * the one in use and replaces it by one reference; one that cannot be built or cannot plan is logged
 * and changes nothing. The planner of a replaced snapshot retires. Looks that fail back off: each
 * waits twice as long as the one before.
 */
export function watchSupergraph(options: WatchOptions): WatchedSupergraph {
  const { location, build, warm, logger } = options;
  const listeners: ((next: SupergraphSnapshot) => void)[] = [];
  let current: SupergraphSnapshot | undefined;
  let refusedSdl: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let failures = 0;
  let lastReload = Promise.resolve();

  const loadOnce = async (): Promise<void> => {
    const sdl = await loadSupergraph(location);
    if (sdl === current?.sdl || sdl === refusedSdl) return;
    refusedSdl = sdl;
    const next = await buildNamed(location, sdl, build);
    refusedSdl = undefined;
    const previous = current;
    try {
      if (previous !== undefined) await warm?.({ current: previous, next });
      if (isStopped) throw new AppError('SUPERGRAPH_UNAVAILABLE', 'The gateway is shutting down');
    } catch (error) {
      next.planner.retire();
      throw error;
    }
    current = next;
    for (const listener of listeners) listener(next);
    previous?.planner.retire();
    logger.info({ hash: next.hash, 'hash.previous': previous?.hash }, 'supergraph loaded');
  };

  // One after the other: of two that overlap, the older supergraph could win.
  const reload = (): Promise<void> => {
    lastReload = lastReload.then(loadOnce, loadOnce);
    return lastReload;
  };

  const poll = async (): Promise<void> => {
    try {
      await reload();
      failures = 0;
    } catch (error) {
      if (isStopped) return;
      failures += 1;
      logger.error({ error, hash: current?.hash }, 'supergraph not loaded, last good one kept');
    }
    schedule();
  };

  const schedule = (): void => {
    if (options.pollIntervalMs === 0 || isStopped) return;
    timer = setTimeout(poll, pollDelayMs(options.pollIntervalMs, failures)).unref();
  };
  schedule();

  return {
    reload,
    isLoaded: () => current !== undefined,
    onSwap: (listener) => void listeners.push(listener),
    current: () => {
      if (current !== undefined) return current;
      throw new AppError('SUPERGRAPH_UNAVAILABLE', `No supergraph is loaded from ${location}`);
    },
    [Symbol.dispose]: () => {
      isStopped = true;
      clearTimeout(timer);
      current?.planner.retire();
    },
  };
}

/** Time to the next look, doubled by every failure in a row. */
export function pollDelayMs(pollIntervalMs: number, failures: number): number {
  const longestMs = Math.max(pollIntervalMs, backOffMsMax);
  return Math.min(pollIntervalMs * 2 ** failures, longestMs);
}

/** The builder knows the text alone; who reads the message wants to know which one. */
async function buildNamed(
  location: string,
  sdl: string,
  build: WatchOptions['build'],
): Promise<SupergraphSnapshot> {
  try {
    return await build(sdl);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('SUPERGRAPH_UNAVAILABLE', `Supergraph ${location}: ${reason}`, {
      cause: error,
    });
  }
}
