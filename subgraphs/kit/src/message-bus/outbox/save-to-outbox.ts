import { encodeMessage, type Message } from '../message.ts';
import { outboxChannel } from './outbox-tables.ts';
import type { SqlTransaction } from './sql-transaction.ts';

/**
 * Writes messages to be published once the transaction commits, and never if it does not. Rejects with
 * BAD_USER_INPUT or PAYLOAD_TOO_LARGE for one that the bus would refuse, so that it fails the change
 * that it tells of instead of the relay.
 */
export async function saveToOutbox(
  tx: SqlTransaction,
  messages: readonly Message[],
): Promise<void> {
  if (messages.length === 0) return;
  const json = `[${messages.map(encodeMessage).join(',')}]`;
  await tx.$executeRaw`
    INSERT INTO outbox_message (id, type, message)
    SELECT (message->>'id')::uuid, message->>'type', message
    FROM jsonb_array_elements(${json}::jsonb) WITH ORDINALITY AS draft (message, place)
    ORDER BY place`;
  // Sent on commit, and once however many rows there are.
  await tx.$executeRaw`SELECT pg_notify(${outboxChannel}, '')`;
}
