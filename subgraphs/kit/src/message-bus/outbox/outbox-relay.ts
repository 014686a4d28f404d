import { Backoff } from '@plaza/pub-sub/backoff';
import { PostgresListener } from '@plaza/pub-sub/postgres/postgres-listener';
import { eventsForWhoeverListens } from '@plaza/schema/events';
import type pg from 'pg';
import { encodeMessage, type Message } from '../message.ts';
import type { BusLog, MessageBus } from '../message-bus.ts';
import { inTransaction, openPool } from '../postgres/open-pool.ts';
import { UnroutableMessages } from '../unroutable-messages.ts';
import {
  type ClaimedRow,
  claimUnsent,
  giveUp,
  markSent,
  type OutboxBacklog,
  postpone,
  purgeHandled,
  purgeSent,
  readBacklog,
} from './outbox-rows.ts';
import { outboxChannel } from './outbox-tables.ts';

/** One connection for the batch and one for the backlog. */
const poolMax = 2;
/** How long one statement may take. */
const statementTimeoutMs = 30_000;
/** How long a connection may take. */
const connectTimeoutMs = 10_000;

export interface OutboxRelayOptions {
  /** The subgraph's own database. */
  readonly databaseUrl: string;
  readonly bus: Pick<MessageBus, 'publish'>;
  readonly log: BusLog;
  /** Rows published at once. Default 100, at most 1,000. */
  readonly batchMax?: number;
  /** How often the table is looked at when nothing wakes the relay. Default 5,000. */
  readonly pollIntervalMs?: number;
  /** Longest pause while the bus or the database is away. Default 30,000. */
  readonly backoffMaxMs?: number;
  /** How long a message that no queue takes is tried again: its consumer may start late. Default 600,000. */
  readonly unroutableKeepMs?: number;
  /** Types that count as sent when no queue takes them. Default `eventsForWhoeverListens`. */
  readonly optionalTypes?: readonly string[];
  /** How long sent rows are kept. Default 1 day. */
  readonly sentKeepMs?: number;
  /** How long the inbox remembers; longer than dead letters are kept. Default 45 days. */
  readonly inboxKeepMs?: number;
  /** How often old rows are deleted. Default 600,000. */
  readonly purgeIntervalMs?: number;
}

/** Counted since the start of this relay. */
export interface OutboxCounters {
  readonly sent: number;
  /** Batches that the bus did not take. */
  readonly failedBatches: number;
  /** Messages that no queue took for `unroutableKeepMs`, or that are none. */
  readonly givenUp: number;
  readonly purged: number;
}

/**
 * Publishes what transactions wrote to the outbox, in the order of writing as far as one relay goes,
 * and marks it sent after the bus has confirmed. Any number of processes may run one on the same
 * database: each row is claimed by one at a time. A crash between confirm and mark publishes the row
 * again, under the same id.
 */
export class OutboxRelay implements AsyncDisposable {
  readonly #options: Required<OutboxRelayOptions>;
  readonly #pool: pg.Pool;
  readonly #listener: PostgresListener;
  readonly #backoff: Backoff;
  readonly #loop: Promise<void>;
  readonly #counters = { sent: 0, failedBatches: 0, givenUp: 0, purged: 0 };
  #isStopping = false;
  #isWoken = false;
  #wake: () => void = () => undefined;
  #purgeAt = 0;

  private constructor(
    options: Required<OutboxRelayOptions>,
    { pool, listener }: { pool: pg.Pool; listener: PostgresListener },
  ) {
    this.#options = options;
    this.#pool = pool;
    this.#listener = listener;
    this.#backoff = new Backoff({ firstMs: 200, longestMs: options.backoffMaxMs });
    this.#loop = this.#run();
  }

  /** Rejects with the driver's error when the database does not answer. */
  static async start(options: OutboxRelayOptions): Promise<OutboxRelay> {
    const { databaseUrl: url, log } = options;
    const name = { applicationName: 'plaza-outbox-wake' };
    const listener = await PostgresListener.open({ url, log, ...name });
    const pool = openPool(
      {
        url,
        applicationName: 'plaza-outbox',
        connectionsMax: poolMax,
        connectTimeoutMs,
        statementTimeoutMs,
      },
      log,
    );
    const relay = new OutboxRelay(withDefaults(options), { pool, listener });
    const wake = (): void => relay.wake();
    await listener.listen(outboxChannel, { onNotification: wake, onGap: wake });
    return relay;
  }

  get counters(): OutboxCounters {
    return { ...this.#counters };
  }

  /** How many messages wait, and since when. For a gauge: it reads the table. */
  readBacklog(): Promise<OutboxBacklog> {
    return readBacklog(this.#pool);
  }

  /** Looks at the table now. */
  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  /** Ends after the batch under way. Idempotent. */
  async close(): Promise<void> {
    this.#isStopping = true;
    this.wake();
    await this.#loop;
    await this.#listener.close();
    if (!this.#pool.ended) await this.#pool.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<void> {
    const { batchMax, pollIntervalMs, log } = this.#options;
    while (!this.#isStopping) {
      this.#isWoken = false;
      try {
        const claimed = await this.#publishBatch();
        this.#backoff.reset();
        await this.#purge();
        if (claimed < batchMax) await this.#idle(pollIntervalMs);
      } catch (error) {
        this.#counters.failedBatches += 1;
        log.warn({ err: error }, 'outbox could not publish');
        // New rows are no reason to hurry: the bus or the database is away.
        this.#isWoken = false;
        await this.#idle(this.#backoff.next(), { canBeWoken: false });
      }
    }
  }

  /** The claim lasts as long as the transaction, so a crash frees the rows. */
  #publishBatch(): Promise<number> {
    return inTransaction(this.#pool, async (client) => {
      const rows = await claimUnsent(client, this.#options.batchMax);
      const sendable = rows.filter(isSendable);
      const unroutable = await this.#publish(sendable.map(({ message }) => message));
      const { optionalTypes } = this.#options;
      const returned = sendable.filter(
        ({ message }) => unroutable.has(message.id) && !optionalTypes.includes(message.type),
      );
      const isOld = ({ ageMs }: ClaimedRow): boolean => ageMs > this.#options.unroutableKeepMs;
      const sent = sendable.filter((row) => !returned.includes(row));
      await markSent(client, sent);
      await postpone(
        client,
        returned.filter((row) => !isOld(row)),
      );
      await this.#giveUp(client, returned.filter(isOld), 'no queue takes it');
      const broken = rows.filter((row) => !sendable.includes(row));
      await this.#giveUp(client, broken, 'not a message that the bus takes');
      this.#counters.sent += sent.length;
      return rows.length;
    });
  }

  /** Resolves to the ids that no queue takes. */
  async #publish(messages: readonly Message[]): Promise<ReadonlySet<string>> {
    if (messages.length === 0) return new Set();
    try {
      await this.#options.bus.publish(messages);
      return new Set();
    } catch (error) {
      if (error instanceof UnroutableMessages) return new Set(error.messageIds);
      throw error;
    }
  }

  async #giveUp(client: pg.ClientBase, rows: readonly ClaimedRow[], reason: string): Promise<void> {
    if (rows.length === 0) return;
    await giveUp(client, rows, reason);
    this.#counters.givenUp += rows.length;
    const positions = rows.map(({ position }) => position);
    this.#options.log.error({ reason, positions }, 'outbox gave up messages');
  }

  async #purge(): Promise<void> {
    if (performance.now() < this.#purgeAt) return;
    const { sentKeepMs, inboxKeepMs, purgeIntervalMs } = this.#options;
    this.#purgeAt = performance.now() + purgeIntervalMs;
    this.#counters.purged += await purgeSent(this.#pool, sentKeepMs);
    this.#counters.purged += await purgeHandled(this.#pool, inboxKeepMs);
  }

  async #idle(timeoutMs: number, { canBeWoken = true } = {}): Promise<void> {
    if (this.#isStopping || this.#isWoken) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = (): void => {
      if (canBeWoken || this.#isStopping) resolve();
    };
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
  }
}

/** A row that no call of ours wrote must not hold up those behind it. */
function isSendable({ message }: ClaimedRow): boolean {
  try {
    encodeMessage(message);
    return true;
  } catch {
    return false;
  }
}

function withDefaults(options: OutboxRelayOptions): Required<OutboxRelayOptions> {
  return {
    batchMax: 100,
    pollIntervalMs: 5_000,
    backoffMaxMs: 30_000,
    unroutableKeepMs: 600_000,
    optionalTypes: eventsForWhoeverListens,
    sentKeepMs: 86_400_000,
    inboxKeepMs: 45 * 86_400_000,
    purgeIntervalMs: 600_000,
    ...options,
  };
}
