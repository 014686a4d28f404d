import { AppError } from '@plaza/schema/errors';
import { WebSocket } from 'ws';
import type { SignRequest } from '../../signatures/sign-request.ts';
import { isGraphQLResponse } from '../../subgraph-fetch/read-graphql-response.ts';
import type { ConnectOptions } from '../../subgraph-fetch/replica.ts';
import { SourceQueue } from '../source-queue.ts';
import { readRejection } from '../subgraph-sources/read-rejection.ts';
import { refusedAccess } from '../subgraph-sources/refused-access.ts';
import { LostConnection } from '../subgraph-sources/subscribe-again.ts';

/** Time between two calls of `SubgraphSocket.check`, and so how late a timeout may be noticed. */
export const checkIntervalMs = 500;

/** Where a socket goes, and as whom. */
export interface SocketTarget {
  readonly subgraph: string;
  readonly url: string;
  /** Sent with the upgrade and again in `connection_init`, since servers read one or the other. */
  readonly headers: Readonly<Record<string, string>>;
  /** Signs the upgrade; undefined: it is not signed. */
  readonly sign: SignRequest | undefined;
  readonly connectTimeoutMs: number;
  readonly messageBytesMax: number;
  /** Address of the one replica that is meant, where the URL does not say which. */
  readonly replica?: string | undefined;
  /** How to connect to that, and with which certificates. */
  readonly connect: ConnectOptions;
}

/** One subscription on a socket. */
export interface SocketSubscription {
  readonly events: SourceQueue;
  /** Tells the subgraph that no more is wanted, unless it has ended the subscription itself. */
  close(): void;
}

/** A connection to a subgraph under graphql-transport-ws (graphql-ws, PROTOCOL.md). */
export class SubgraphSocket {
  /** Resolves when it can be used; rejects with LostConnection, or AppError when it never will. */
  readonly ready: Promise<void>;
  readonly #target: SocketTarget;
  readonly #ws: WebSocket;
  readonly #queues = new Map<string, SourceQueue>();
  readonly #acknowledged = Promise.withResolvers<void>();
  readonly #connectTimer: NodeJS.Timeout;
  #lastId = 0;
  #placesTaken = 0;
  /** Checks since the subgraph was heard: after a pause of this process it only seems silent. */
  #silentChecks = 0;
  #usedAtMs = performance.now();
  #refusal: AppError | undefined;

  constructor(target: SocketTarget, onClose: () => void) {
    const { url, headers, messageBytesMax, connectTimeoutMs, connect } = target;
    const { pathname, search } = new URL(url);
    const path = `${pathname}${search}`;
    const upgrade = { ...target, method: 'GET', path, body: undefined } as const;
    this.#target = target;
    this.#ws = new WebSocket(url, 'graphql-transport-ws', {
      ...connect,
      headers: target.sign?.(upgrade) ?? headers,
      maxPayload: messageBytesMax,
      perMessageDeflate: false,
    });
    this.ready = this.#acknowledged.promise;
    this.ready.catch(() => undefined);
    this.#connectTimer = setTimeout(() => this.#ws.terminate(), connectTimeoutMs);
    this.#ws.on('open', () => this.#send({ type: 'connection_init', payload: headers }));
    this.#ws.on('message', (data: Buffer) => this.#receive(data.toString()));
    this.#ws.on('pong', () => this.#hear());
    this.#ws.on('unexpected-response', (request, response) => {
      this.#refusal = refusalOf(target.subgraph, response.statusCode ?? 0);
      request.destroy();
    });
    this.#ws.on('error', () => undefined);
    this.#ws.on('close', (code) => {
      onClose();
      this.#lose(code);
    });
  }

  /** Subscriptions that are on it or will be when it is ready. */
  get placesTaken(): number {
    return this.#placesTaken;
  }

  /** Milliseconds since nobody has a place on it; 0 while somebody has. */
  get idleMs(): number {
    return this.#placesTaken > 0 ? 0 : performance.now() - this.#usedAtMs;
  }

  /** Takes a place for one subscription. Dispose of it when the subscription is over. */
  takePlace(): Disposable {
    this.#placesTaken += 1;
    return {
      [Symbol.dispose]: () => {
        this.#placesTaken -= 1;
        this.#usedAtMs = performance.now();
      },
    };
  }

  /** Subscribes with `query` and `variables` as JSON. To be called once it is ready. */
  subscribe(body: string): SocketSubscription {
    this.#lastId += 1;
    const id = String(this.#lastId);
    const events = new SourceQueue();
    if (this.#ws.readyState !== WebSocket.OPEN) {
      events.end(new LostConnection('The connection was lost before the subscription'));
      return { events, close: () => undefined };
    }
    this.#queues.set(id, events);
    this.#ws.send(`{"id":"${id}","type":"subscribe","payload":${body}}`);
    return {
      events,
      close: () => {
        events.end();
        if (this.#queues.delete(id)) this.#send({ id, type: 'complete' });
      },
    };
  }

  /** Pings a subgraph that has been silent, and gives it up when it stays so. */
  check(pingIntervalMs: number): void {
    this.#silentChecks += 1;
    const silentMs = this.#silentChecks * checkIntervalMs;
    if (silentMs >= 2 * pingIntervalMs) this.#ws.terminate();
    else if (silentMs >= pingIntervalMs && this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
  }

  close(): void {
    this.#ws.close(1000, 'No more subscriptions');
  }

  terminate(): void {
    this.#ws.terminate();
  }

  #hear(): void {
    this.#silentChecks = 0;
  }

  #send(message: unknown): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.send(JSON.stringify(message));
  }

  #receive(text: string): void {
    this.#hear();
    const message = parseMessage(text);
    switch (message?.type) {
      case 'connection_ack':
        clearTimeout(this.#connectTimer);
        this.#acknowledged.resolve();
        break;
      case 'ping':
        this.#send({ type: 'pong', payload: message.payload });
        break;
      case 'next':
        this.#takeEvent(message);
        break;
      case 'error':
        this.#end(message.id, readRejection(this.#target.subgraph, message.payload));
        break;
      case 'complete':
        this.#end(message.id, undefined);
        break;
    }
  }

  #takeEvent({ id = '', payload }: ServerMessage): void {
    const queue = this.#queues.get(id);
    if (queue === undefined) return;
    if (isGraphQLResponse(payload)) {
      queue.push({ kind: 'next', response: payload });
      return;
    }
    const message = `Subgraph ${this.#target.subgraph} sent an event that is no GraphQL response`;
    queue.push({ kind: 'next', response: { errors: [{ message }] } });
  }

  #end(id = '', error: unknown): void {
    this.#queues.get(id)?.end(error);
    this.#queues.delete(id);
  }

  #lose(code: number): void {
    clearTimeout(this.#connectTimer);
    const { subgraph } = this.#target;
    const reason =
      this.#refusal ??
      refusalOf(subgraph, code) ??
      new LostConnection(`Subgraph ${subgraph} closed its WebSocket with code ${code}`);
    this.#acknowledged.reject(reason);
    for (const queue of this.#queues.values()) queue.end(reason);
    this.#queues.clear();
  }
}

interface ServerMessage {
  readonly type?: unknown;
  readonly id?: string;
  readonly payload?: unknown;
}

function parseMessage(text: string): ServerMessage | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null ? message : undefined;
  } catch {
    return undefined;
  }
}

/** What no further attempt would mend, by HTTP status or close code. */
function refusalOf(subgraph: string, code: number): AppError | undefined {
  switch (code) {
    case 4401:
      return refusedAccess(401);
    case 4403:
      return refusedAccess(403);
    case 4400:
    case 4406: {
      const message = `Subgraph ${subgraph} does not speak graphql-transport-ws (${code})`;
      return new AppError('DOWNSTREAM_SERVICE_ERROR', message);
    }
    default:
      return refusedAccess(code);
  }
}
