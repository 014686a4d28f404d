import type pg from 'pg';
import type { Message } from '../message.ts';

/** Rows that one statement deletes, so that a purge never holds many locks. */
const purgeBatchMax = 5_000;
/** Pause before a message that no queue took is tried again. */
const unroutableRetryMs = 5_000;

export interface ClaimedRow {
  readonly position: string;
  readonly message: Message;
  readonly ageMs: number;
}

export interface OutboxBacklog {
  readonly unsent: number;
  /** 0 when nothing waits. */
  readonly oldestMs: number;
}

/** Locks the oldest rows that no other relay holds, until the transaction ends. */
export async function claimUnsent(client: pg.ClientBase, limit: number): Promise<ClaimedRow[]> {
  const { rows } = await client.query<ClaimedRow>(
    `SELECT position, message, extract(epoch FROM now() - created_at)::float8 * 1000 AS "ageMs"
     FROM outbox_message WHERE sent_at IS NULL AND next_try_at <= now()
     ORDER BY position LIMIT $1 FOR UPDATE SKIP LOCKED`,
    [limit],
  );
  return rows;
}

export async function markSent(client: pg.ClientBase, rows: readonly ClaimedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `UPDATE outbox_message SET sent_at = now(), attempts = attempts + 1
     WHERE position = ANY($1::bigint[])`,
    [rows.map(({ position }) => position)],
  );
}

/** Tries rows that no queue took again later. */
export async function postpone(client: pg.ClientBase, rows: readonly ClaimedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `UPDATE outbox_message SET attempts = attempts + 1, last_error = 'no queue takes it',
       next_try_at = now() + $2 * interval '1 millisecond'
     WHERE position = ANY($1::bigint[])`,
    [rows.map(({ position }) => position), unroutableRetryMs],
  );
}

/** Tries rows no more: they count as sent, with the reason, until they are purged. */
export async function giveUp(
  client: pg.ClientBase,
  rows: readonly ClaimedRow[],
  reason: string,
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `UPDATE outbox_message SET attempts = attempts + 1, last_error = $2, sent_at = now()
     WHERE position = ANY($1::bigint[])`,
    [rows.map(({ position }) => position), reason],
  );
}

export async function readBacklog(pool: pg.Pool): Promise<OutboxBacklog> {
  const { rows } = await pool.query<OutboxBacklog>(
    `SELECT count(*)::int AS unsent,
       coalesce(extract(epoch FROM now() - min(created_at)) * 1000, 0)::float8 AS "oldestMs"
     FROM outbox_message WHERE sent_at IS NULL`,
  );
  return rows[0] ?? { unsent: 0, oldestMs: 0 };
}

/** Deletes rows that were sent longer ago; resolves to how many. */
export function purgeSent(pool: pg.Pool, keepMs: number): Promise<number> {
  return purge(pool, {
    keepMs,
    sql: `DELETE FROM outbox_message WHERE position IN (
      SELECT position FROM outbox_message WHERE sent_at < now() - $1 * interval '1 millisecond'
      ORDER BY sent_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  });
}

/** Forgets messages that were handled longer ago; resolves to how many. */
export function purgeHandled(pool: pg.Pool, keepMs: number): Promise<number> {
  return purge(pool, {
    keepMs,
    sql: `DELETE FROM inbox_message WHERE (queue, message_id) IN (
      SELECT queue, message_id FROM inbox_message
      WHERE handled_at < now() - $1 * interval '1 millisecond'
      ORDER BY handled_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  });
}

async function purge(
  pool: pg.Pool,
  { sql, keepMs }: { sql: string; keepMs: number },
): Promise<number> {
  let total = 0;
  for (;;) {
    const { rowCount } = await pool.query(sql, [keepMs, purgeBatchMax]);
    total += rowCount ?? 0;
    if ((rowCount ?? 0) < purgeBatchMax) return total;
  }
}
