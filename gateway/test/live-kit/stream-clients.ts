import { EventSource } from 'eventsource';
import type { ClientOptions, RequestParams } from 'graphql-sse';
import { createClient } from 'graphql-sse';
import type { Followed } from './followed.ts';
import { follow } from './followed.ts';

/** The URL by which an operation is run with GET. */
export function urlOf(url: string, query: string): string {
  return `${url}/graphql?query=${encodeURIComponent(query)}`;
}

/** Follows a subscription as a page does, with EventSource; `urls` has one for each connection. */
export function followByEventSource(...urls: readonly string[]): Followed {
  return follow((sink) => {
    let connections = 0;
    const source = new EventSource(urls[0] ?? '', {
      fetch: (_url, init) => {
        const url = urls[Math.min(connections, urls.length - 1)] ?? '';
        connections += 1;
        return fetch(url, init);
      },
    });
    source.addEventListener('next', ({ data }) => sink.next(JSON.parse(data)));
    source.addEventListener('complete', () => {
      source.close();
      sink.complete();
    });
    source.addEventListener('error', (event) => {
      if (source.readyState === EventSource.CLOSED) sink.error(event.code);
    });
    return () => source.close();
  });
}

/** Follows an operation with graphql-sse's client, by default over a connection of its own. */
export function followByGraphqlSse(
  url: string,
  payload: RequestParams,
  options: Partial<ClientOptions<boolean>> = {},
): Followed {
  const client = createClient({ url: `${url}/graphql`, retryAttempts: 0, ...options });
  return follow((sink) => client.subscribe(payload, sink));
}

/** The body of an answer, read only as far as a test asks. */
export interface OpenStream extends AsyncDisposable {
  readonly response: Response;
  /** Resolves when the text has come, with all that has come by then. Rejects when it never will. */
  until(text: string): Promise<string>;
  /** All of it, once it has ended. */
  rest(): Promise<string>;
}

/** Asks for a stream with headers of the test's own. */
export async function openStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<OpenStream> {
  const controller = new AbortController();
  const post = {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const response = await fetch(url, {
    signal: controller.signal,
    ...(body === undefined ? { headers } : post),
  });
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let received = '';
  const readOn = async (): Promise<boolean> => {
    const chunk = await reader?.read();
    received += decoder.decode(chunk?.value, { stream: true });
    return chunk?.done === false;
  };
  return {
    response,
    until: async (text) => {
      while (!received.includes(text)) {
        if (!(await readOn())) throw new Error(`The body ended before ${text}: ${received}`);
      }
      return received;
    },
    rest: async () => {
      let isOpen = true;
      while (isOpen) isOpen = await readOn();
      return received;
    },
    [Symbol.asyncDispose]: async () => controller.abort(),
  };
}
