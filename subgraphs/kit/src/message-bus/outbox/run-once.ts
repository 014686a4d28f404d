import type { SqlTransaction } from './sql-transaction.ts';

export interface HandledMessage {
  readonly messageId: string;
  /** The queue that handles it: each queue does its own work once. */
  readonly queue: string;
}

/**
 * Does the work unless this queue has done it for this message before. Work and memory of it commit
 * together or not at all; a second delivery that comes meanwhile waits for the first to commit.
 * Resolves to what the work gave, or to undefined when it was done before.
 */
export async function runOnce<T>(
  tx: SqlTransaction,
  { messageId, queue }: HandledMessage,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const inserted = await tx.$executeRaw`
    INSERT INTO inbox_message (queue, message_id) VALUES (${queue}, ${messageId}::uuid)
    ON CONFLICT DO NOTHING`;
  return inserted === 0 ? undefined : work();
}
