import { AppError } from '@plaza/schema/errors';
import type { Logger } from '../telemetry/logger.ts';
import { loadSupergraph } from './load-supergraph.ts';
import type { SupergraphSnapshot } from './snapshot.ts';

/** Where the gateway finds the graph that it serves now. */
export interface SupergraphSource {
  /** The snapshot in use. Throws AppError SUPERGRAPH_UNAVAILABLE before the first one is loaded. */
  current(): SupergraphSnapshot;
  isLoaded(): boolean;
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
  readonly build: (sdl: string) => SupergraphSnapshot;
  readonly onSwap: (next: SupergraphSnapshot) => void;
  readonly logger: Logger;
}

/** A source of one snapshot that never changes. */
export function fixedSupergraph(snapshot: SupergraphSnapshot): SupergraphSource {
  return { current: () => snapshot, isLoaded: () => true };
}

/**
 * Loads a supergraph and then looks for a changed one. The next snapshot is built beside the one in
 * use and replaces it by one reference; one that cannot be built is logged and changes nothing.
 */
export function watchSupergraph(options: WatchOptions): WatchedSupergraph {
  const { location, pollIntervalMs, build, onSwap, logger } = options;
  let current: SupergraphSnapshot | undefined;
  let refusedSdl: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const reload = async (): Promise<void> => {
    const sdl = await loadSupergraph(location);
    if (sdl === current?.sdl || sdl === refusedSdl) return;
    refusedSdl = sdl;
    const next = buildNamed(location, sdl, build);
    refusedSdl = undefined;
    const previous = current;
    current = next;
    onSwap(next);
    logger.info({ hash: next.hash, 'hash.previous': previous?.hash }, 'supergraph loaded');
  };

  const poll = async (): Promise<void> => {
    try {
      await reload();
    } catch (error) {
      logger.error({ error, hash: current?.hash }, 'supergraph not loaded, last good one kept');
    }
    schedule();
  };

  const schedule = (): void => {
    if (pollIntervalMs === 0 || isStopped) return;
    timer = setTimeout(poll, pollIntervalMs).unref();
  };
  schedule();

  return {
    reload,
    isLoaded: () => current !== undefined,
    current: () => {
      if (current !== undefined) return current;
      throw new AppError('SUPERGRAPH_UNAVAILABLE', `No supergraph is loaded from ${location}`);
    },
    [Symbol.dispose]: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** The builder knows the text alone; who reads the message wants to know which one. */
function buildNamed(
  location: string,
  sdl: string,
  build: WatchOptions['build'],
): SupergraphSnapshot {
  try {
    return build(sdl);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('SUPERGRAPH_UNAVAILABLE', `Supergraph ${location}: ${reason}`, {
      cause: error,
    });
  }
}
