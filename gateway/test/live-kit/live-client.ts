import type { Client, ClientOptions, SubscribePayload } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Followed } from './followed.ts';
import { follow } from './followed.ts';

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
    follow: (payload) =>
      follow((sink) =>
        client.subscribe(typeof payload === 'string' ? { query: payload } : payload, sink),
      ),
    [Symbol.asyncDispose]: async () => client.dispose(),
  };
}
