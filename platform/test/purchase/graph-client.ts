import { setTimeout as delay } from 'node:timers/promises';

/** How long one request may take. */
const requestTimeoutMs = 30_000;
/** Pause before a request that met a dead process is sent again. */
const retryPauseMs = 250;

export interface GraphAnswer {
  readonly status: number;
  // The shape of data is the operation's own; assertions narrow it.
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields its query selects
  readonly data: any;
  readonly errors: readonly GraphError[];
}

export interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string };
}

export interface GraphRequest {
  readonly query: string;
  readonly variables?: object;
  readonly token?: string | undefined;
}

/** Codes that say that a process is away for a while. */
const passingCodes = new Set([
  'DOWNSTREAM_SERVICE_ERROR',
  'SUBGRAPH_UNAVAILABLE',
  'GATEWAY_TIMEOUT',
  'RATE_LIMITED',
]);

class GraphFailure extends Error {
  readonly isPassing: boolean;

  constructor({ status, errors }: GraphAnswer) {
    super(`The gateway answers ${status}: ${JSON.stringify(errors)}`);
    this.isPassing = errors.every(({ extensions }) => passingCodes.has(extensions?.code ?? ''));
  }
}

/** Sends operations to the gateway as any client would, with so many requests at once at most. */
export class GraphClient {
  readonly #url: string;
  readonly #connectionsMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  /** Answers by HTTP status. */
  readonly statuses = new Map<number, number>();
  /** Errors in answers by code. */
  readonly codes = new Map<string, number>();
  /** From sending to the answer, by operation name, without the wait for a connection. */
  readonly answerMs = new Map<string, number[]>();

  constructor(url: string, connectionsMax = 16) {
    this.#url = `${url}/graphql`;
    this.#connectionsMax = connectionsMax;
  }

  /** One request. Rejects when the connection breaks. */
  async send({ query, variables = {}, token }: GraphRequest): Promise<GraphAnswer> {
    await this.#take();
    const sentAt = performance.now();
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
      this.statuses.set(response.status, (this.statuses.get(response.status) ?? 0) + 1);
      const { data = null, errors = [] } = (await response.json()) as Partial<GraphAnswer>;
      this.#note(query, performance.now() - sentAt);
      for (const { extensions } of errors) {
        const code = extensions?.code ?? 'none';
        this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
      }
      return { status: response.status, data, errors };
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** As `send`. Rejects with the errors in words, so that a test says what went wrong. */
  async ask(request: GraphRequest): Promise<GraphAnswer['data']> {
    const answer = await this.send(request);
    if (answer.errors.length === 0 && answer.status < 400) return answer.data;
    throw new GraphFailure(answer);
  }

  /**
   * As `ask`, from a client that does not give up: sends again, with the same idempotency keys, while
   * processes are away. Rejects at once when the fault is the request's or the code's, and with the
   * last failure after `patienceMs`.
   */
  async insist(request: GraphRequest, patienceMs: number): Promise<GraphAnswer['data']> {
    const endsAt = Date.now() + patienceMs;
    for (;;) {
      try {
        return await this.ask(request);
      } catch (error) {
        const isPassing = !(error instanceof GraphFailure) || error.isPassing;
        if (!isPassing || Date.now() > endsAt) throw error;
        await delay(retryPauseMs);
      }
    }
  }

  #note(query: string, durationMs: number): void {
    const name = /\b(?:query|mutation) (\w+)/.exec(query)?.[1] ?? '';
    const known = this.answerMs.get(name) ?? [];
    known.push(durationMs);
    this.answerMs.set(name, known);
  }

  async #take(): Promise<void> {
    if (this.#running >= this.#connectionsMax) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    }
    this.#running += 1;
  }
}
