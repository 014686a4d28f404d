import type { SupergraphSnapshot } from './snapshot.ts';

/** Where the gateway finds the graph that it serves now. */
export interface SupergraphSource {
  /** The snapshot in use. Throws AppError SUPERGRAPH_UNAVAILABLE before the first one is loaded. */
  current(): SupergraphSnapshot;
  isLoaded(): boolean;
  /** False when the last look for a supergraph failed: the snapshot in use may be an old one. */
  isUpToDate(): boolean;
  /** Calls the listener after each swap with the snapshot that serves from now on. */
  onSwap(listener: (next: SupergraphSnapshot) => void): void;
}

/** A source of one snapshot that never changes. */
export function fixedSupergraph(snapshot: SupergraphSnapshot): SupergraphSource {
  return {
    current: () => snapshot,
    isLoaded: () => true,
    isUpToDate: () => true,
    onSwap: () => undefined,
  };
}
