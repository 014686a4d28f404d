import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import type { SourceRequest, SubscriptionSource } from './subscription-source.ts';

/** Who is told what an upstream delivers. */
export interface UpstreamListener {
  /** The response belongs to the listener. */
  onEvent(response: SubgraphResponse): void;
  onGap(): void;
  /** The upstream is over; with an error when it failed. Nothing comes after it. */
  onEnd(error: unknown): void;
}

/** One open source, and all who listen to it. */
export class Upstream {
  readonly #listeners = new Set<UpstreamListener>();
  readonly #controller = new AbortController();
  readonly #onClose: () => void;
  #isClosed = false;

  /** Opens the source. `onClose` is called once: when the source is over, or nobody listens. */
  constructor(source: SubscriptionSource, request: SourceRequest, onClose: () => void) {
    this.#onClose = onClose;
    void this.#deliver(source.open(request, this.#controller.signal));
  }

  add(listener: UpstreamListener): void {
    this.#listeners.add(listener);
  }

  /** The source is closed when its last listener leaves. */
  remove(listener: UpstreamListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#close();
  }

  async #deliver(events: ReturnType<SubscriptionSource['open']>): Promise<void> {
    try {
      for await (const event of events) {
        if (this.#isClosed) return;
        if (event.kind === 'gap') for (const listener of this.#listeners) listener.onGap();
        else this.#share(event.response);
      }
      this.#end(undefined);
    } catch (error) {
      this.#end(error);
    }
  }

  /** Each listener's run changes what it gets, so all but the first get copies. */
  #share(response: SubgraphResponse): void {
    const copies = [...this.#listeners].slice(1).map((listener) => ({
      listener,
      response: structuredClone(response),
    }));
    const [first] = this.#listeners;
    first?.onEvent(response);
    for (const copy of copies) copy.listener.onEvent(copy.response);
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
    this.#onClose();
    this.#controller.abort();
  }
}
