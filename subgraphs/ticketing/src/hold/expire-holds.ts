import { recordAudit } from '../audit/record-audit.ts';
import { announceSeats } from '../live/announce.ts';
import type { TicketingTransactions } from '../transactions.ts';
import { freeHeldSeats } from './taken-seats.ts';

/** Holds that one transaction tidies up. */
const batchMax = 50;

/**
 * Ends holds whose time has run out and frees their seats. Processes share the work: a row that one
 * has locked is skipped by the others. Resolves to true when more may wait.
 */
export function expireHolds(transactions: TicketingTransactions, now: Date): Promise<boolean> {
  return transactions.run(async (work) => {
    const expired = await work.tx.$queryRaw<{ id: string }[]>`
      UPDATE seat_holds SET status = 'EXPIRED' WHERE id IN (
        SELECT id FROM seat_holds WHERE status = 'ACTIVE' AND expires_at <= ${now}
        ORDER BY expires_at LIMIT ${batchMax} FOR UPDATE SKIP LOCKED
      ) RETURNING id`;
    const ids = expired.map(({ id }) => id);
    if (ids.length === 0) return false;
    announceSeats(work, await freeHeldSeats(work.tx, ids), 'FREE');
    await recordAudit(
      work.tx,
      ...ids.map((entityId) => ({
        ...({ entityType: 'SeatHold', entityId, action: 'hold.expired', at: now } as const),
        actor: { userId: null, requestId: 'job: hold expiry' },
        before: { status: 'ACTIVE' },
        after: { status: 'EXPIRED' },
      })),
    );
    return ids.length === batchMax;
  });
}
