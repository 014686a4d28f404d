import type { ExecutionResult } from 'graphql';

/** A subscription of some client, its results kept. */
export interface Followed extends Disposable {
  readonly results: readonly ExecutionResult[];
  /** Resolves when so many results have come, with all of them. */
  until(count: number): Promise<readonly ExecutionResult[]>;
  /** Resolves when it is over: undefined when completed, else the error that the sink was given. */
  readonly ended: Promise<unknown>;
}

/** What a client tells of a subscription. */
export interface Sink {
  next(result: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

/** Follows what `subscribe` tells the sink; it returns what ends it. */
export function follow(subscribe: (sink: Sink) => () => void): Followed {
  const results: ExecutionResult[] = [];
  const ended = Promise.withResolvers<unknown>();
  let arrived = Promise.withResolvers<void>();
  const stop = subscribe({
    next: (result) => {
      results.push(result as ExecutionResult);
      arrived.resolve();
      arrived = Promise.withResolvers();
    },
    error: (error) => ended.resolve(error),
    complete: () => ended.resolve(undefined),
  });
  return {
    results,
    ended: ended.promise,
    until: async (count) => {
      while (results.length < count) await arrived.promise;
      return results;
    },
    [Symbol.dispose]: stop,
  };
}
