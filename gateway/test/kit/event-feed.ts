/** Events that a test publishes, for as many subscribers as come. */
export class EventFeed<Event> {
  readonly #subscribers = new Set<(event: Event | undefined) => void>();
  #changes = Promise.withResolvers<void>();

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  publish(event: Event): void {
    for (const take of this.#subscribers) take(event);
  }

  /** Ends all subscriptions. */
  complete(): void {
    for (const take of this.#subscribers) {
      this.#subscribers.delete(take);
      take(undefined);
    }
    this.#notify();
  }

  /** Resolves when so many subscribe at the same time. */
  async untilSubscribed(count: number): Promise<void> {
    while (this.#subscribers.size !== count) await this.#changes.promise;
  }

  /** Subscribed at once; until the iterator is returned. */
  subscribe(): AsyncIterableIterator<Event> {
    const waiting: Event[] = [];
    let wake = (): void => undefined;
    const take = (event: Event | undefined): void => {
      if (event !== undefined) waiting.push(event);
      wake();
    };
    this.#subscribers.add(take);
    this.#notify();
    const iterator: AsyncIterableIterator<Event> = {
      [Symbol.asyncIterator]: () => iterator,
      next: async () => {
        while (waiting.length === 0 && this.#subscribers.has(take)) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const [event] = waiting.splice(0, 1);
        return event === undefined
          ? { done: true, value: undefined }
          : { done: false, value: event };
      },
      return: () => {
        this.#subscribers.delete(take);
        this.#notify();
        wake();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
    return iterator;
  }

  #notify(): void {
    this.#changes.resolve();
    this.#changes = Promise.withResolvers();
  }
}
