import { copyData } from '../query-plan/merge-data.ts';
import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import type { SourceEvent, SourceRequest, SubscriptionSource } from './subscription-source.ts';

/** Who is told what an upstream delivers. */
export interface UpstreamListener {
  /** The response belongs to the listener. */
  onEvent(response: SubgraphResponse): void;
  onAnnouncement(payload: unknown): void;
  onGap(): void;
  /** The upstream is over; with an error when it failed. Nothing comes after it. */
  onEnd(error: unknown): void;
}

/** One open source, and all who listen to it. */
export class Upstream {
  readonly key: string;
  readonly #listeners = new Set<UpstreamListener>();
  readonly #controller = new AbortController();
  readonly #opened = Promise.withResolvers<void>();
  readonly #onClose: () => void;
  #isClosed = false;

  /** `onClose` is called once: when the source is over, or nobody listens any more. */
  constructor(key: string, onClose: () => void) {
    this.key = key;
    this.#onClose = onClose;
  }

  /** Resolves when the source listens, or never will. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  open(source: SubscriptionSource, request: SourceRequest): void {
    void this.#follow(source.open(request, this.#controller.signal));
  }

  add(listener: UpstreamListener): void {
    this.#listeners.add(listener);
  }

  /** The source is closed when its last listener leaves. */
  remove(listener: UpstreamListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#close();
  }

  async #follow(events: AsyncIterable<SourceEvent>): Promise<void> {
    try {
      for await (const event of events) {
        if (this.#isClosed) return;
        this.#take(event);
      }
      this.#end(undefined);
    } catch (error) {
      this.#end(error);
    }
  }

  #take(event: SourceEvent): void {
    switch (event.kind) {
      case 'open':
        this.#opened.resolve();
        break;
      case 'gap':
        for (const listener of this.#listeners) listener.onGap();
        break;
      case 'announcement':
        for (const listener of this.#listeners) listener.onAnnouncement(event.payload);
        break;
      case 'next':
        this.#share(event.response);
        break;
    }
  }

  /** Each listener's run changes what it gets, so all but the first get copies. */
  #share(response: SubgraphResponse): void {
    const [first, ...others] = this.#listeners;
    const copies = others.map((listener) => [listener, copyData(response)] as const);
    first?.onEvent(response);
    for (const [listener, copy] of copies) listener.onEvent(copy as SubgraphResponse);
  }

  #end(error: unknown): void {
    if (this.#isClosed) return;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    this.#close();
    for (const listener of listeners) listener.onEnd(error);
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#opened.resolve();
    this.#onClose();
    this.#controller.abort();
  }
}
