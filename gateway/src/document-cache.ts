import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { GraphView } from './supergraph/snapshot.ts';

export interface DocumentCacheLimits {
  readonly entriesMax: number;
  /** Bound of the sum of the lengths of the texts. */
  readonly charactersMax: number;
}

/**
 * Keeps the documents that passed parsing, limits and validation. An entry belongs to one view
 * and goes with it. Documents that fail are not kept: there is no end of them.
 */
export class DocumentCache {
  readonly #limits: DocumentCacheLimits;
  readonly #byView = new WeakMap<GraphView, LRUCache<string, DocumentNode>>();

  constructor(limits: DocumentCacheLimits) {
    this.#limits = limits;
  }

  get(text: string, view: GraphView): DocumentNode | undefined {
    return this.#documentsOf(view).get(text);
  }

  set(text: string, view: GraphView, document: DocumentNode): void {
    this.#documentsOf(view).set(text, document);
  }

  /** The documents of a view with their texts, the last used first. */
  entriesOf(view: GraphView): IterableIterator<[text: string, DocumentNode]> {
    return this.#documentsOf(view).entries();
  }

  #documentsOf(view: GraphView): LRUCache<string, DocumentNode> {
    const known = this.#byView.get(view);
    if (known !== undefined) return known;
    const documents = new LRUCache<string, DocumentNode>({
      max: this.#limits.entriesMax,
      maxSize: this.#limits.charactersMax,
      sizeCalculation: (_document, text) => Math.max(1, text.length),
    });
    this.#byView.set(view, documents);
    return documents;
  }
}
