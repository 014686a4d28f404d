import type { ClientOptions, OperationOptions } from 'subscriptions-transport-ws';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import { WebSocket } from 'ws';
import type { Followed } from './followed.ts';
import { follow } from './followed.ts';

export interface LegacyClient extends AsyncDisposable {
  readonly client: SubscriptionClient;
  follow(payload: OperationOptions | string): Followed;
}

/** Connects the client of subscriptions-transport-ws to a gateway. */
export function createLegacyClient(url: string, options: ClientOptions = {}): LegacyClient {
  const target = `${url.replace(/^http/, 'ws')}/graphql`;
  const client = new SubscriptionClient(target, options, WebSocket);
  return {
    client,
    follow: (payload) =>
      follow((sink) => {
        const request = typeof payload === 'string' ? { query: payload } : payload;
        const { unsubscribe } = client.request(request).subscribe(sink);
        return unsubscribe;
      }),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}
