import { AppError } from '@plaza/schema/errors';
import type { PoolClient } from 'pg';
import type {
  DeadLetter,
  DeadLetterPage,
  DeadLetterSelection,
  DeadLetters,
} from '../message-bus.ts';
import { deadLetterPageMax, requireBetween, unansweredReason } from '../message-bus-limits.ts';
import { inTransaction } from './open-pool.ts';
import { deadQueueOf, enqueue, type QueuedMessage, requireQueue } from './postgres-queues.ts';
import { bossDatabase, type PostgresStore } from './postgres-store.ts';

/** Dead letters that one transaction moves. */
const batchMax = 500;

interface DeadJob {
  readonly id: string;
  readonly data: QueuedMessage;
  readonly createdOn: Date;
  /** Deliveries after the first that nobody answered. */
  readonly deliveries: number;
  /** The time to the microsecond, for the cursor. */
  readonly position: string;
}

const deadJobs = `SELECT id, data, created_on AS "createdOn", created_on::text AS position,
  COALESCE(source_retry_count, 0) AS deliveries
  FROM pgboss.job WHERE name = $1 AND state = 'created'`;

/** The dead letters of a queue are the jobs of a queue that nobody reads. */
export class PostgresDeadLetters implements DeadLetters {
  readonly #store: PostgresStore;

  constructor(store: PostgresStore) {
    this.#store = store;
  }

  async list(page: { queue: string; after?: string; limit?: number }): Promise<DeadLetterPage> {
    const { queue, after, limit = 50 } = page;
    requireBetween('limit', limit, { min: 1, max: deadLetterPageMax });
    await requireQueue(this.#store, queue);
    const [position, id] = after === undefined ? [null, null] : parseCursor(after);
    const { rows } = await this.#store.pool.query<DeadJob>(
      `${deadJobs} AND ($2::text IS NULL OR (created_on, id) > ($2::timestamptz, $3::uuid))
       ORDER BY created_on, id LIMIT $4`,
      [deadQueueOf(queue), position, id, limit + 1],
    );
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      items: shown.map((row) => toDeadLetter(queue, row)),
      after: last && Buffer.from(JSON.stringify([last.position, last.id])).toString('base64url'),
    };
  }

  replay(selection: DeadLetterSelection): Promise<number> {
    return this.#takeAll(selection, async (client, jobs) => {
      const messages = jobs.map((job) => job.data.message);
      await enqueue({ store: this.#store, client, queue: selection.queue }, messages);
    });
  }

  discard(selection: DeadLetterSelection): Promise<number> {
    return this.#takeAll(selection, () => Promise.resolve());
  }

  async #takeAll(
    selection: DeadLetterSelection,
    work: (client: PoolClient, jobs: readonly DeadJob[]) => Promise<void>,
  ): Promise<number> {
    await requireQueue(this.#store, selection.queue);
    const { rows } = await this.#store.pool.query<{ now: string }>('SELECT now()::text AS now');
    let total = 0;
    for (;;) {
      const taken = await this.#take(selection, { until: rows[0]?.now, work });
      total += taken;
      if (taken < batchMax) return total;
    }
  }

  /** What dies again after `until` stays, so that the loop ends. */
  #take(
    { queue, ids }: DeadLetterSelection,
    batch: {
      until: string | undefined;
      work: (client: PoolClient, jobs: readonly DeadJob[]) => Promise<void>;
    },
  ): Promise<number> {
    const { boss, pool } = this.#store;
    const dead = deadQueueOf(queue);
    return inTransaction(pool, async (client) => {
      const { rows } = await client.query<DeadJob>(
        `${deadJobs} AND created_on <= $2::timestamptz
         AND ($3::text[] IS NULL OR data->'message'->>'id' = ANY($3))
         ORDER BY created_on, id LIMIT $4 FOR UPDATE SKIP LOCKED`,
        [dead, batch.until, ids === 'all' ? null : ids, batchMax],
      );
      if (rows.length === 0) return 0;
      await batch.work(client, rows);
      const taken = rows.map(({ id }) => id);
      await boss.deleteJob(dead, taken, { db: bossDatabase(client) });
      return rows.length;
    });
  }
}

/** Without a handler's reason it was pg-boss that gave up: nobody answered for the message. */
function toDeadLetter(queue: string, { data, createdOn, deliveries }: DeadJob): DeadLetter {
  const { message, death } = data;
  return {
    queue,
    message,
    reason: death?.reason ?? unansweredReason,
    attempts: death?.attempts ?? deliveries + 1,
    failedAt: death === undefined ? createdOn : new Date(death.failedAt),
  };
}

function parseCursor(cursor: string): [string, string] {
  try {
    const [position, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof position === 'string' && typeof id === 'string') return [position, id];
  } catch {
    // Falls through to the error for the client.
  }
  throw new AppError('BAD_USER_INPUT', 'after must be what the page before returned as "after"');
}
