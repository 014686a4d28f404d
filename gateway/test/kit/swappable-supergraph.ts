import type { SupergraphSnapshot } from '../../src/supergraph/snapshot.ts';
import type { SupergraphSource } from '../../src/supergraph/supergraph-source.ts';

/** A source whose snapshot a test replaces. */
export interface SwappableSupergraph extends SupergraphSource {
  swap(next: SupergraphSnapshot): void;
}

/** The first snapshot is made when it is asked for. */
export function swappableSupergraph(first: () => SupergraphSnapshot): SwappableSupergraph {
  const listeners: ((next: SupergraphSnapshot) => void)[] = [];
  let current: SupergraphSnapshot | undefined;
  return {
    current: () => {
      current ??= first();
      return current;
    },
    isLoaded: () => true,
    isUpToDate: () => true,
    onSwap: (listener) => void listeners.push(listener),
    swap: (next) => {
      current = next;
      for (const listener of listeners) listener(next);
    },
  };
}
