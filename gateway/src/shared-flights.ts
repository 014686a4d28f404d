interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Work under way that several may wait for. There is no result left to hand out once it is done, so
 * this is no cache, and it holds no more than the requests under way ask for.
 */
export class SharedFlights<Result> {
  readonly #flights = new Map<string, Flight<Result>>();

  /**
   * Waits for the work of this key, which `start` begins if nobody has. Settles as the work does, or
   * rejects with the reason of the waiter's signal. The work is aborted when the last waiter leaves.
   */
  async join(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#begin(key, start);
    flight.waiting += 1;
    const left = Promise.withResolvers<never>();
    const leave = (): void => {
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        this.#end(key, flight);
        flight.controller.abort(signal.reason);
      }
      left.reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([flight.result, left.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<Result>): Flight<Result> {
    const controller = new AbortController();
    const flight: Flight<Result> = { result: start(controller.signal), controller, waiting: 0 };
    this.#flights.set(key, flight);
    const end = (): void => this.#end(key, flight);
    flight.result.then(end, end);
    return flight;
  }

  /** Nobody joins work that is done or given up. */
  #end(key: string, flight: Flight<Result>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
