import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { SupergraphSnapshot } from './supergraph/snapshot.ts';

export interface DocumentCacheLimits {
  readonly entriesMax: number;
  /** Bound of the sum of the lengths of the texts. */
  readonly charactersMax: number;
}

/**
 * Keeps the documents that passed parsing, limits and validation. An entry belongs to one snapshot
 * and goes with it. Documents that fail are not kept: there is no end of them.
 */
export class DocumentCache {
  readonly #limits: DocumentCacheLimits;
  readonly #bySnapshot = new WeakMap<SupergraphSnapshot, LRUCache<string, DocumentNode>>();

  constructor(limits: DocumentCacheLimits) {
    this.#limits = limits;
  }

  get(text: string, snapshot: SupergraphSnapshot): DocumentNode | undefined {
    return this.#documentsOf(snapshot).get(text);
  }

  set(text: string, snapshot: SupergraphSnapshot, document: DocumentNode): void {
    this.#documentsOf(snapshot).set(text, document);
  }

  /** The documents of a snapshot with their texts, the last used first. */
  entriesOf(snapshot: SupergraphSnapshot): IterableIterator<[text: string, DocumentNode]> {
    return this.#documentsOf(snapshot).entries();
  }

  #documentsOf(snapshot: SupergraphSnapshot): LRUCache<string, DocumentNode> {
    const known = this.#bySnapshot.get(snapshot);
    if (known !== undefined) return known;
    const documents = new LRUCache<string, DocumentNode>({
      max: this.#limits.entriesMax,
      maxSize: this.#limits.charactersMax,
      sizeCalculation: (_document, text) => Math.max(1, text.length),
    });
    this.#bySnapshot.set(snapshot, documents);
    return documents;
  }
}
