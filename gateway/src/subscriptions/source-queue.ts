import type { SourceEvent } from './subscription-source.ts';

/** Events that may wait to be taken; they are taken in the same turn of the event loop. */
const eventsMax = 10_000;

/**
 * Events on their way from a source that calls back to one `for await`. Of more than wait at once,
 * the newest are dropped, and a `gap` says so.
 */
export class SourceQueue implements AsyncIterable<SourceEvent> {
  #events: SourceEvent[] = [];
  #end: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  push(event: SourceEvent): void {
    if (this.#end !== undefined) return;
    if (this.#events.length < eventsMax) this.#events.push(event);
    else if (this.#events.at(-1)?.kind !== 'gap') this.#events.push({ kind: 'gap' });
    this.#wake?.();
  }

  /** No more events; with an error when the source failed. What waits is still delivered. */
  end(error?: unknown): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SourceEvent> {
    for (;;) {
      const events = this.#events;
      this.#events = [];
      yield* events;
      if (this.#events.length > 0) continue;
      if (this.#end !== undefined) {
        if (this.#end.error !== undefined) throw this.#end.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
