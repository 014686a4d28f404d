/** Events that wait, the latest of each key, in the order in which those came. */
export class WaitingEvents<Event extends { readonly key: string }> {
  readonly #byKey = new Map<string, Event>();

  get size(): number {
    return this.#byKey.size;
  }

  add(event: Event): void {
    this.#byKey.delete(event.key);
    this.#byKey.set(event.key, event);
  }

  /** Removes the one that waits longest. */
  take(): Event | undefined {
    const [first] = this.#byKey.values();
    if (first !== undefined) this.#byKey.delete(first.key);
    return first;
  }

  clear(): void {
    this.#byKey.clear();
  }
}
