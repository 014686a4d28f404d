import pg from 'pg';
import { channelOf, encodeAnnouncement } from '../announcement.ts';
import { retryWhileAway } from '../deadline.ts';
import type { PubSub, ResolvedPubSubOptions, SubscribeOptions, Subscription } from '../pub-sub.ts';
import { TopicSubscribers } from '../topic-subscribers.ts';
import { createDatabase } from './create-database.ts';
import { PostgresListener } from './postgres-listener.ts';

/** How long one NOTIFY may take on the server. */
const statementTimeoutMs = 5_000;
/** How much longer the client waits for it. */
const statementGraceMs = 1_000;
const subject = 'The pub-sub';

/** Announcements by LISTEN and NOTIFY: one connection listens to all topics, another speaks. */
export class PostgresPubSub implements PubSub {
  readonly #listener: PostgresListener;
  readonly #pool: pg.Pool;
  readonly #options: ResolvedPubSubOptions;
  readonly #subscribers: TopicSubscribers;

  private constructor(
    parts: { listener: PostgresListener; pool: pg.Pool },
    options: ResolvedPubSubOptions,
  ) {
    this.#listener = parts.listener;
    this.#pool = parts.pool;
    this.#options = options;
    this.#subscribers = new TopicSubscribers({ listen: (topic) => this.#listen(topic) });
  }

  /** Makes the database if it is missing. */
  static async open(url: string, options: ResolvedPubSubOptions): Promise<PostgresPubSub> {
    const patience = { timeoutMs: options.connectTimeoutMs, purpose: 'open', subject };
    const listener = await retryWhileAway(patience, () => openListener(url, options));
    return new PostgresPubSub({ listener, pool: openSpeaker(url, options) }, options);
  }

  async publish(topic: string, payload: unknown): Promise<void> {
    const text = encodeAnnouncement(topic, payload);
    this.#subscribers.requireOpen();
    const patience = { timeoutMs: this.#options.publishTimeoutMs, purpose: 'announce', subject };
    const values = [channelOf(topic), text];
    await retryWhileAway(patience, () => this.#pool.query('SELECT pg_notify($1, $2)', values));
  }

  subscribe(topic: string, options?: SubscribeOptions): Promise<Subscription> {
    return this.#subscribers.subscribe(topic, options);
  }

  async checkReady(): Promise<void> {
    const patience = { timeoutMs: this.#options.publishTimeoutMs, purpose: 'answer', subject };
    await retryWhileAway(patience, () => this.#listener.checkReady());
  }

  async close(): Promise<void> {
    await this.#subscribers.close();
    await this.#listener.close();
    if (!this.#pool.ended) await this.#pool.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #listen(topic: string): Promise<() => Promise<void>> {
    return this.#listener.listen(
      channelOf(topic),
      {
        onNotification: (text) => this.#subscribers.deliver(text),
        onGap: () => this.#subscribers.announceGap(topic),
      },
      { timeoutMs: this.#options.publishTimeoutMs },
    );
  }
}

function openSpeaker(
  connectionString: string,
  { publishTimeoutMs, log }: ResolvedPubSubOptions,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    application_name: 'plaza-pub-sub',
    max: 1, // one connection keeps announcements in order
    connectionTimeoutMillis: publishTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + statementGraceMs,
    keepAlive: true,
    options: '-c synchronous_commit=off', // what is lost with the server is lost anyway
  });
  const onError = (error: Error): void => log.debug({ err: error }, 'pub-sub connection lost');
  pool.on('error', onError);
  // The pool itself listens to idle connections alone; an error without a listener ends the process.
  pool.on('connect', (client) => void client.on('error', onError));
  return pool;
}

async function openListener(
  url: string,
  { log }: ResolvedPubSubOptions,
): Promise<PostgresListener> {
  const listener = { url, applicationName: 'plaza-pub-sub-listener', log };
  try {
    return await PostgresListener.open(listener);
  } catch (error) {
    if ((error as { code?: string }).code !== '3D000') throw error;
    await createDatabase(url);
    return PostgresListener.open(listener);
  }
}
