import type { ExecutionResult } from 'graphql';
import type { Client, ClientOptions, SubscribePayload } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A subscription of graphql-ws's own client, its results kept. */
export interface Followed extends Disposable {
  readonly results: readonly ExecutionResult[];
  /** Resolves when so many results have come, with all of them. */
  until(count: number): Promise<readonly ExecutionResult[]>;
  /** Resolves when it is over: undefined when completed, else the error that the sink was given. */
  readonly ended: Promise<unknown>;
}

export interface LiveClient extends AsyncDisposable {
  readonly client: Client;
  follow(payload: SubscribePayload | string): Followed;
}

/** Connects graphql-ws's client to a gateway. */
export function createLiveClient(url: string, options: Partial<ClientOptions> = {}): LiveClient {
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...options,
  });
  return {
    client,
    follow: (payload) => follow(client, typeof payload === 'string' ? { query: payload } : payload),
    [Symbol.asyncDispose]: async () => client.dispose(),
  };
}

function follow(client: Client, payload: SubscribePayload): Followed {
  const results: ExecutionResult[] = [];
  const ended = Promise.withResolvers<unknown>();
  let arrived = Promise.withResolvers<void>();
  const stop = client.subscribe(payload, {
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
