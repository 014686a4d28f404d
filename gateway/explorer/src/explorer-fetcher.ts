import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { getOperationAST } from 'graphql';
import { type Client, createClient } from 'graphql-ws';

type HttpHeaders = Readonly<Record<string, unknown>>;

/**
 * Posts queries and mutations to `endpoint`, and runs subscriptions over graphql-transport-ws at
 * the same address. A socket is opened only when a subscription runs, and closed with it.
 */
export function createExplorerFetcher(endpoint: string): Fetcher {
  const post = createGraphiQLFetcher({ url: endpoint });
  return (params, options) => {
    const operation =
      options?.documentAST && getOperationAST(options.documentAST, params.operationName);
    if (operation?.operation !== 'subscription') {
      return post(params, options);
    }
    const wsClient = createSocketClient(endpoint.replace(/^http/, 'ws'), options?.headers ?? {});
    return createGraphiQLFetcher({ url: endpoint, wsClient })(params, options);
  };
}

function createSocketClient(url: string, headers: HttpHeaders): Client {
  // Browsers cannot set headers on a socket: the server finds them in `connection_init`.
  const client = createClient({ url, connectionParams: { ...headers }, retryAttempts: 0 });
  return {
    ...client,
    subscribe: (payload, sink) =>
      client.subscribe(payload, {
        next: sink.next.bind(sink),
        complete: sink.complete.bind(sink),
        error: (error) => sink.error(describeSocketError(error, url)),
      }),
  };
}

/** A plain object: of an Error, the editor would show the stack too. */
function describeSocketError(error: unknown, url: string): unknown {
  if (error instanceof CloseEvent) {
    return { message: `The gateway closed the WebSocket: ${error.code} ${error.reason}`.trim() };
  }
  // The browser tells a script no more than that the socket did not open.
  return error instanceof Event
    ? { message: `No subscriptions at ${url}: the gateway did not open a WebSocket.` }
    : error;
}
