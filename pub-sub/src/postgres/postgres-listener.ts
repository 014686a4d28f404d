import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Backoff } from '../backoff.ts';
import { retryWhileAway } from '../deadline.ts';
import type { PubSubLog } from '../pub-sub.ts';

/** How long a connection to the server may take. */
const connectTimeoutMs = 5_000;
/** How long LISTEN, UNLISTEN and the heartbeat may take. */
const queryTimeoutMs = 5_000;
/** How long `listen` waits for a server that is away, unless the caller says so. */
const listenTimeoutMs = 10_000;
/** How often a silent connection is asked whether it still lives. */
const heartbeatMs = 10_000;

export interface PostgresListenerOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly log: PubSubLog;
}

export interface ChannelListener {
  onNotification(payload: string): void;
  /** The connection was lost and is back: notifications may have been missed. */
  onGap?(): void;
}

/**
 * One connection that listens on any number of channels, comes back when it is lost and then listens
 * again. Notifications of the time between are gone: `onGap` says so.
 */
export class PostgresListener {
  readonly #options: PostgresListenerOptions;
  readonly #channels = new Map<string, Set<ChannelListener>>();
  readonly #closing = new AbortController();
  #connection: Promise<pg.Client>;
  #lastTurn: Promise<void> = Promise.resolve();
  #isConnected = false;
  #heartbeat: NodeJS.Timeout | undefined;

  private constructor(options: PostgresListenerOptions) {
    this.#options = options;
    this.#connection = this.#connect();
    this.#connection.catch(() => undefined); // `open` awaits it; later ones retry by themselves
  }

  /** Rejects with the driver's error when the first connection fails. */
  static async open(options: PostgresListenerOptions): Promise<PostgresListener> {
    const listener = new PostgresListener(options);
    await listener.#connection;
    return listener;
  }

  /** Resolves once the server listens; to a function that ends it. Rejects with DOWNSTREAM_SERVICE_ERROR. */
  async listen(
    channel: string,
    listener: ChannelListener,
    { timeoutMs = listenTimeoutMs } = {},
  ): Promise<() => Promise<void>> {
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners);
    listeners.add(listener);
    // Repeated for every listener: LISTEN is idempotent, and the first may not have got through yet.
    try {
      await this.#listenOn(channel, timeoutMs);
    } catch (error) {
      await this.#forget(channel, listener);
      throw error;
    }
    return () => this.#forget(channel, listener);
  }

  /** Resolves when the server answers on this connection. */
  async checkReady(): Promise<void> {
    await this.#inTurn((client) => client.query('SELECT 1'));
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    clearInterval(this.#heartbeat);
    this.#channels.clear();
    const client = await this.#connection.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  async #forget(channel: string, listener: ChannelListener): Promise<void> {
    const listeners = this.#channels.get(channel);
    if (listeners?.delete(listener) !== true || listeners.size > 0) return;
    this.#channels.delete(channel);
    // A lost connection listens to nothing any more, and the next one asks the map.
    if (!this.#isConnected) return;
    await this.#query('UNLISTEN', channel).catch(() => undefined);
    // Somebody may have subscribed while UNLISTEN was under way.
    if (this.#channels.has(channel)) await this.#listenOn(channel, listenTimeoutMs);
  }

  #listenOn(channel: string, timeoutMs: number): Promise<void> {
    const patience = { timeoutMs, purpose: 'listen', subject: 'The listener' };
    return retryWhileAway(patience, () => this.#query('LISTEN', channel));
  }

  #query(command: 'LISTEN' | 'UNLISTEN', channel: string): Promise<void> {
    return this.#inTurn(async (client) => {
      // Whoever asked may have given up while the server was away.
      if (command === 'LISTEN' && !this.#channels.has(channel)) return;
      await client.query(`${command} ${client.escapeIdentifier(channel)}`);
    });
  }

  /** The driver wants one statement at a time on a connection. */
  #inTurn(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
    const turn = this.#lastTurn.then(async () => void (await work(await this.#connection)));
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: this.#options.applicationName,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: queryTimeoutMs,
      keepAlive: true,
    });
    client.on('error', (error) => this.#options.log.debug({ err: error }, 'listener lost'));
    client.on('notification', ({ channel, payload }) => this.#deliver(channel, payload ?? ''));
    try {
      await client.connect();
      for (const channel of this.#channels.keys()) {
        await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      }
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#isConnected = true;
    client.once('end', () => this.#reconnect(client));
    clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => void this.#beat(client), heartbeatMs).unref();
    return client;
  }

  /** A connection that does not answer is dropped, which starts the next one. */
  async #beat(client: pg.Client): Promise<void> {
    try {
      await this.#inTurn(() => client.query('SELECT 1'));
    } catch (error) {
      this.#options.log.warn({ err: error }, 'listener does not answer');
      client.connection.stream.destroy();
    }
  }

  #reconnect(lost: pg.Client): void {
    this.#isConnected = false;
    clearInterval(this.#heartbeat);
    lost.removeAllListeners('notification');
    if (this.#closing.signal.aborted) return;
    this.#options.log.warn({}, 'listener reconnects');
    this.#connection = this.#connectAgain();
    this.#connection.catch(() => undefined);
  }

  async #connectAgain(): Promise<pg.Client> {
    const backoff = new Backoff({ firstMs: 50, longestMs: 5_000 });
    for (;;) {
      await sleep(backoff.next(), undefined, { signal: this.#closing.signal, ref: false });
      try {
        const client = await this.#connect();
        this.#announceGap();
        return client;
      } catch (error) {
        this.#options.log.debug({ err: error }, 'listener cannot connect');
      }
    }
  }

  #announceGap(): void {
    for (const listeners of this.#channels.values()) {
      for (const listener of listeners) listener.onGap?.();
    }
  }

  #deliver(channel: string, payload: string): void {
    for (const listener of this.#channels.get(channel) ?? []) listener.onNotification(payload);
  }
}
