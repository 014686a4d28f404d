import { AppError } from '@plaza/schema/errors';
import type { PoolClient } from 'pg';
import type { Message } from '../message.ts';
import type { QueueDeclaration } from '../message-bus.ts';
import { deadLetterRetentionMs } from '../message-bus-limits.ts';
import { matchesTopic, requireQueueName, requireTopicPatterns } from '../topic-pattern.ts';
import { inTransaction } from './open-pool.ts';
import { bossDatabase, type PostgresStore } from './postgres-store.ts';

/** Wakes the consumers of a queue; the payload is its name. */
export const wakeChannel = 'plaza_message_bus';
/** A claim whose holder was silent for so long is given to another; pg-boss takes no less than 10. */
const claimSeconds = 10;
/** How often a consumer says that it still works on its messages. */
export const claimRefreshMs = 4_000;
/** Longer than any handler may take; the claim's end is what counts. */
const expireInSeconds = 1_800;
/** Messages wait for their consumer without a limit that matters: ten years. */
const waitingSeconds = 10 * 365 * 86_400;
/** How long pg-boss keeps its own copy of what it gave up; ours is the dead letter. */
const failedCopySeconds = 86_400;

/** What pg-boss keeps as a job's data. */
export interface QueuedMessage {
  readonly message: Message;
  readonly attempt: number;
  /** On a dead letter that a handler caused. */
  readonly death?: {
    readonly reason: string;
    readonly attempts: number;
    readonly failedAt: string;
  };
}

export function deadQueueOf(queue: string): string {
  return `${queue}.dead`;
}

/** Makes what is missing. */
export async function declareQueue(
  { boss, pool, unansweredDeliveriesMax }: PostgresStore,
  { queue, types }: QueueDeclaration,
): Promise<void> {
  requireQueueName(queue);
  requireTopicPatterns(types);
  const dead = deadQueueOf(queue);
  await boss.createQueue(dead, { retentionSeconds: deadLetterRetentionMs / 1_000 });
  await boss.createQueue(queue, {
    deadLetter: dead,
    retryLimit: unansweredDeliveriesMax - 1,
    retryDelay: 0,
    heartbeatSeconds: claimSeconds,
    expireInSeconds,
    retentionSeconds: waitingSeconds,
    deleteAfterSeconds: failedCopySeconds,
  });
  // Last, so that a message never meets a binding whose queue is not there.
  await pool.query(
    `INSERT INTO message_bus.binding (queue, pattern)
     SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`,
    [queue, types],
  );
}

export async function unbindQueue(
  { pool }: PostgresStore,
  { queue, types }: QueueDeclaration,
): Promise<void> {
  await pool.query('DELETE FROM message_bus.binding WHERE queue = $1 AND pattern = ANY($2)', [
    queue,
    types,
  ]);
}

/** Throws BAD_USER_INPUT for a queue that was never declared. */
export async function requireQueue({ boss }: PostgresStore, queue: string): Promise<void> {
  requireQueueName(queue);
  if ((await boss.getQueue(queue)) === null) {
    throw new AppError('BAD_USER_INPUT', `The message bus has no queue ${queue}`);
  }
}

/** Copies each message into every queue that takes it, all or nothing. Resolves to those without. */
export function storeMessages(
  store: PostgresStore,
  messages: readonly Message[],
): Promise<readonly string[]> {
  return inTransaction(store.pool, async (client) => {
    const { rows } = await client.query<{ queue: string; pattern: string }>(
      'SELECT queue, pattern FROM message_bus.binding ORDER BY queue',
    );
    const routed = new Set<Message>();
    for (const [queue, bindings] of Map.groupBy(rows, (row) => row.queue)) {
      const taken = messages.filter((message) =>
        bindings.some(({ pattern }) => matchesTopic(pattern, message.type)),
      );
      if (taken.length === 0) continue;
      for (const message of taken) routed.add(message);
      await enqueue({ store, client, queue }, taken);
    }
    return messages.filter((message) => !routed.has(message)).map(({ id }) => id);
  });
}

/** Adds messages to one queue as first attempts and wakes its consumers on commit. */
export async function enqueue(
  { store, client, queue }: { store: PostgresStore; client: PoolClient; queue: string },
  messages: readonly Message[],
): Promise<void> {
  const jobs = messages.map((message): { data: QueuedMessage } => ({
    data: { message, attempt: 1 },
  }));
  await store.boss.insert(queue, jobs, { db: bossDatabase(client) });
  await client.query('SELECT pg_notify($1, $2)', [wakeChannel, queue]);
}
