import { type Client, createClient } from 'graphql-ws';

/** A subscription, and what has come of it so far. */
export interface Followed {
  /** The data of each event; undefined for one that brought none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields its query selects
  readonly data: readonly any[];
  readonly events: number;
  /** Of the subscription, or of an event. */
  readonly errorCode: string | undefined;
}

/** One person's WebSocket to the gateway. */
export class LiveSocket implements AsyncDisposable {
  readonly #client: Client;

  constructor(url: string, token: string | undefined) {
    this.#client = createClient({
      url: `${url.replace(/^http/, 'ws')}/graphql`,
      retryAttempts: 0,
      connectionParams: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  }

  follow(query: string, variables: Readonly<Record<string, unknown>> = {}): Followed {
    const data: unknown[] = [];
    let errorCode: string | undefined;
    const note = (errors: unknown): void => {
      const [error] = Array.isArray(errors) ? errors : [];
      errorCode ??= error?.extensions?.code ?? String(errors);
    };
    this.#client.subscribe(
      { query, variables: { ...variables } },
      {
        next: (event) => {
          data.push(event.data ?? undefined);
          if (event.errors !== undefined) note(event.errors);
        },
        error: note,
        complete: () => undefined,
      },
    );
    return {
      data,
      get events() {
        return data.length;
      },
      get errorCode() {
        return errorCode;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.dispose();
  }
}
