import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '../kit/eventually.ts';

/** What the gateway asks a subgraph that calls back. */
export interface AskedSubscription {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: {
    readonly subscription: {
      readonly callbackUrl: string;
      readonly subscriptionId: string;
      readonly verifier: string;
      readonly heartbeatIntervalMs: number;
    };
  };
}

/** One subscription of which a test tells the gateway, well-formed or not. */
export interface CallingSubscription {
  readonly asked: AskedSubscription;
  readonly headers: IncomingHttpHeaders;
  /** Calls back with an action; `more` is added to its message, or takes the place of what is there. */
  call(action: string, more?: Readonly<Record<string, unknown>>): Promise<Response>;
  /** Calls back with any body. */
  callWith(body: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export interface CallingSubgraph extends AsyncDisposable {
  readonly url: string;
  askedCount(): number;
  /** The next subscription that it has not told of yet. */
  subscribed(): Promise<CallingSubscription>;
  /** From now on there are no heartbeats. */
  fallSilent(): void;
}

export interface CallingSubgraphOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Whether it calls with `check` before it answers, and ever again as heartbeat. Default: true. */
  readonly isChecking?: boolean;
  /** The answer to the gateway, by the number of subscriptions before it. Default: 200. */
  readonly answer?: (before: number) => { readonly status: number; readonly body?: unknown };
}

/** A subgraph that speaks the HTTP callback protocol as far as a test lets it. */
export async function startCallingSubgraph({
  port = 0,
  isChecking = true,
  answer = () => ({ status: 200, body: { data: null } }),
}: CallingSubgraphOptions = {}): Promise<CallingSubgraph> {
  const subscriptions: CallingSubscription[] = [];
  let told = 0;
  const heartbeats = new Set<NodeJS.Timeout>();
  const beat = (subscription: CallingSubscription): void => {
    const { heartbeatIntervalMs } = subscription.asked.extensions.subscription;
    const timer = setInterval(() => {
      subscription.call('check').then(
        ({ status }) => {
          if (status === 404) clearInterval(timer);
        },
        () => clearInterval(timer),
      );
    }, heartbeatIntervalMs);
    heartbeats.add(timer);
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = JSON.parse(await text(request)) as AskedSubscription;
    const { status, body } = answer(subscriptions.length);
    const subscription = callingSubscription(asked, request.headers);
    if (isChecking && status === 200) {
      await subscription.call('check');
      beat(subscription);
    }
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
    subscriptions.push(subscription);
  };
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const fallSilent = (): void => {
    for (const timer of heartbeats) clearInterval(timer);
  };
  const { port: ownPort } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${ownPort}/graphql`,
    askedCount: () => subscriptions.length,
    subscribed: async () => {
      const index = told;
      told += 1;
      await eventually(() => subscriptions.length > index);
      return subscriptions[index] as CallingSubscription;
    },
    fallSilent,
    [Symbol.asyncDispose]: async () => {
      fallSilent();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function callingSubscription(
  asked: AskedSubscription,
  headers: IncomingHttpHeaders,
): CallingSubscription {
  const { callbackUrl, subscriptionId: id, verifier } = asked.extensions.subscription;
  const callWith = (body: string, own: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(callbackUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'subscription-protocol': 'callback/1.0',
        ...own,
      },
      body,
    });
  return {
    asked,
    headers,
    call: (action, more = {}) =>
      callWith(JSON.stringify({ kind: 'subscription', action, id, verifier, ...more })),
    callWith,
  };
}
