import type { Prisma } from '../generated/prisma/client.ts';

/** Space of these locks among the advisory locks of two numbers; any that no other of ours uses. */
const holderLockSpace = 7_270_738;

interface Holder {
  readonly holderId: string;
  readonly scheduleId: string;
  readonly now: Date;
}

/**
 * Seats of the performance that the person keeps from others without having paid: in holds, and in
 * orders placed online. Other requests of the same person wait until the transaction ends, so that
 * they count what this one takes. Before any other lock.
 */
export async function countSeatsKept(
  tx: Prisma.TransactionClient,
  { holderId, scheduleId, now }: Holder,
): Promise<number> {
  const key = `${scheduleId} ${holderId}`;
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${holderLockSpace}::int, hashtext(${key}))`;
  // One statement: a hold that becomes an order meanwhile is seen as one of the two.
  const [row] = await tx.$queryRaw<{ kept: number }[]>`
    SELECT (
      (SELECT coalesce(sum(cardinality(seat_ids)), 0) FROM seat_holds
       WHERE holder_id = ${holderId}::uuid AND schedule_id = ${scheduleId}::uuid
         AND source = 'WEB' AND status = 'ACTIVE' AND expires_at > ${now})
      + (SELECT count(*) FROM orders JOIN tickets ON tickets.order_id = orders.id
         WHERE orders.buyer_id = ${holderId}::uuid AND orders.schedule_id = ${scheduleId}::uuid
           AND orders.status = 'PENDING' AND orders.channel = 'ONLINE')
    )::int AS kept`;
  return row?.kept ?? 0;
}
