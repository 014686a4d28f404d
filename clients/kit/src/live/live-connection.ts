import { type Client, createClient } from 'graphql-ws';
import { type BackOff, backOffMs } from '../back-off.ts';
import type { SessionChange, SessionKeeper } from '../session/session-keeper.ts';
import { isCloseEvent } from './close-event.ts';

/** `idle` while nothing is subscribed to. A page shows `reconnecting` only after a while. */
export type LiveState = 'idle' | 'connecting' | 'live' | 'reconnecting';

export interface LiveConnectionOptions extends BackOff {
  readonly url: string;
  readonly keeper: SessionKeeper;
  /** Sent with the first message, since browsers can set no headers of a WebSocket. */
  readonly headers: Readonly<Record<string, string>>;
  /** After so much silence the socket is tried. */
  readonly pingIntervalMs: number;
  /** How long the answer to that may take. */
  readonly pongTimeoutMs: number;
  readonly onState: (state: LiveState) => void;
  /** Called when the connection is there again: what happened meanwhile was missed. */
  readonly onReconnected: () => void;
  /** For platforms without a global WebSocket. */
  readonly webSocketImpl?: unknown;
}

/** Closed with this for a token that has ended or does not hold. */
const forbiddenCloseCode = 4403;
/** Timers take no more. */
const timerMsMax = 2 ** 31 - 1;
/** Pause before a renewal that failed is tried again. */
const renewalPauseMs = 1_000;

/** One WebSocket for all subscriptions, kept across lost connections and renewed tokens. */
export class LiveConnection {
  readonly client: Client;
  readonly #options: LiveConnectionOptions;
  #socket: { send(text: string): void } | undefined;
  #tokenSent: string | undefined;
  #wasRefused = false;
  #renewalTimer: ReturnType<typeof setTimeout> | undefined;
  #pongTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveConnectionOptions) {
    this.#options = options;
    this.client = createClient({
      url: options.url,
      webSocketImpl: options.webSocketImpl,
      keepAlive: options.pingIntervalMs,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: (retries) => wait(backOffMs(retries, options)),
      connectionParams: () => this.#connectionParams(),
      on: {
        connecting: (isRetry) => options.onState(isRetry ? 'reconnecting' : 'connecting'),
        connected: (socket, _payload, isRetry) => this.#connected(socket, isRetry),
        ping: (isReceived) => {
          if (!isReceived) this.#awaitPong();
        },
        pong: (isReceived, payload) => {
          if (isReceived) this.#pong(payload);
        },
        closed: (event) => this.#closed(event),
      },
    });
  }

  /** Tells the gateway: in place what is only renewed, by a new connection who is somebody else. */
  sessionChanged(change: SessionChange): void {
    if (this.#socket === undefined) return;
    if (change.kind !== 'renewed') {
      this.client.terminate();
      return;
    }
    this.#tokenSent = change.session.accessToken;
    const payload = { authorization: `Bearer ${change.session.accessToken}` };
    this.#socket.send(JSON.stringify({ type: 'ping', payload }));
    this.#awaitPong();
    void this.#scheduleRenewal();
  }

  close(): void {
    clearTimeout(this.#renewalTimer);
    clearTimeout(this.#pongTimer);
    void this.client.dispose();
  }

  async #connectionParams(): Promise<Record<string, string>> {
    const { keeper, headers } = this.#options;
    const refused = this.#wasRefused ? this.#tokenSent : undefined;
    const token = refused === undefined ? await keeper.accessToken() : await keeper.renew(refused);
    this.#tokenSent = token;
    return token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` };
  }

  #connected(socket: unknown, isRetry: boolean): void {
    this.#socket = socket as { send(text: string): void };
    this.#wasRefused = false;
    this.#options.onState('live');
    void this.#scheduleRenewal();
    if (isRetry) this.#options.onReconnected();
  }

  #closed(event: unknown): void {
    this.#socket = undefined;
    clearTimeout(this.#renewalTimer);
    clearTimeout(this.#pongTimer);
    this.#wasRefused = isCloseEvent(event) && event.code === forbiddenCloseCode;
    const isOver = isCloseEvent(event) && event.code === 1000;
    this.#options.onState(isOver ? 'idle' : 'reconnecting');
  }

  #awaitPong(): void {
    clearTimeout(this.#pongTimer);
    this.#pongTimer = setTimeout(() => this.client.terminate(), this.#options.pongTimeoutMs);
  }

  #pong(payload: Record<string, unknown> | undefined): void {
    clearTimeout(this.#pongTimer);
    // The old token stays then, and would end the socket later: better now, with the new one.
    if (payload?.isRenewed === false) this.client.terminate();
  }

  /** Renews in time while nothing but subscriptions would notice that the token ends. */
  async #scheduleRenewal(): Promise<void> {
    const { keeper } = this.#options;
    const session = await keeper.current();
    clearTimeout(this.#renewalTimer);
    if (session === undefined || this.#socket === undefined) return;
    const dueMs = keeper.msUntilRenewal(session);
    this.#renewalTimer = setTimeout(
      () => void this.#renew(),
      Math.min(Math.max(dueMs, renewalPauseMs), timerMsMax),
    );
  }

  async #renew(): Promise<void> {
    const { keeper } = this.#options;
    const before = await keeper.current();
    const token = await keeper.accessToken().catch(() => undefined);
    // Where it was renewed, `sessionChanged` has made the next appointment.
    if (token === undefined || token === before?.accessToken) await this.#scheduleRenewal();
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
