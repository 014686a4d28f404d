import { Prisma } from '../generated/prisma/client.ts';

/** Space of these locks among the advisory locks of two numbers; any that no other of ours uses. */
const saleLockSpace = 7_270_737;

/**
 * Keeps the performance as it is until the transaction ends, beside any number of other sales. Locks
 * on the row itself would not do: sales join each other past a writer that waits for the row, while
 * advisory locks queue in the order of arrival.
 */
export async function shareSale(tx: Prisma.TransactionClient, scheduleId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(${saleLockOf(scheduleId)})`;
}

/**
 * Waits for the sales of the performances that are under way, and makes later ones wait for the end of
 * the transaction. Before any lock on their rows; several are taken in one order.
 */
export async function stopSales(
  tx: Prisma.TransactionClient,
  scheduleIds: readonly string[],
): Promise<void> {
  // In the order of the keys, not of the ids: of two ids with one key either could come first.
  await tx.$executeRaw`
    SELECT pg_advisory_xact_lock(${saleLockSpace}::int, keys.key)
    FROM (
      SELECT DISTINCT hashtext(id::text) AS key FROM unnest(${[...scheduleIds]}::uuid[]) AS id
      ORDER BY key
    ) AS keys`;
}

/** Two performances may have one key: they then wait for each other without need. */
function saleLockOf(scheduleId: string): Prisma.Sql {
  return Prisma.sql`${saleLockSpace}::int, hashtext(${scheduleId}::uuid::text)`;
}
