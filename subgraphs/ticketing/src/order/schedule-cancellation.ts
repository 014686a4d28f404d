import { recordAudit } from '../audit/record-audit.ts';
import { freeHeldSeats } from '../hold/taken-seats.ts';
import { announceSeats } from '../live/announce.ts';
import type { Actor, TicketingTransactions, Work } from '../transactions.ts';
import { cancelOrder } from './end-order.ts';

/** Orders that one run of the job undoes, each in a transaction of its own. */
const batchMax = 50;

/**
 * Has every order of the performance undone, by a job, after the caller's transaction commits: money
 * goes back, tickets are cancelled, holders are told. Call it in the transaction that takes the
 * performance off sale (any state but ON_SALE), so that no order is made behind it. A second call
 * changes nothing.
 */
export async function requestScheduleCancellation(
  work: Work,
  { scheduleId, actor, now }: { readonly scheduleId: string; readonly actor: Actor; now: Date },
): Promise<void> {
  const { count } = await work.tx.scheduleCancellation.createMany({
    data: {
      scheduleId,
      requestedBy: actor.userId,
      requestId: actor.requestId,
      requestedAt: now,
    },
    skipDuplicates: true,
  });
  if (count === 0) return;
  await recordAudit(work.tx, {
    ...{ actor, at: now, entityType: 'Schedule', entityId: scheduleId },
    action: 'schedule.orders_cancelled',
  });
}

/** Undoes orders of called-off performances. Resolves to true when more may wait. */
export async function cancelOrdersOfSchedules(
  transactions: TicketingTransactions,
  now: Date,
  signal?: AbortSignal,
): Promise<boolean> {
  for (let done = 0; done < batchMax; done += 1) {
    if (signal?.aborted) return false;
    const isFound = await transactions.run((work) => cancelNextOrder(work, now));
    if (!isFound) return transactions.run((work) => finishNextCancellation(work, now));
  }
  return true;
}

async function cancelNextOrder(work: Work, now: Date): Promise<boolean> {
  const [next] = await work.tx.$queryRaw<
    { id: string; requestedBy: string | null; requestId: string }[]
  >`
    SELECT orders.id, asked.requested_by AS "requestedBy", asked.request_id AS "requestId"
    FROM schedule_cancellations AS asked
    JOIN orders ON orders.schedule_id = asked.schedule_id
    WHERE asked.finished_at IS NULL AND orders.status IN ('PENDING', 'PAID')
    LIMIT 1 FOR UPDATE OF orders SKIP LOCKED`;
  if (next === undefined) return false;
  return cancelOrder(work, {
    orderId: next.id,
    from: ['PENDING', 'PAID'],
    reason: 'SCHEDULE_CANCELLED',
    actor: { userId: next.requestedBy, requestId: next.requestId },
    now,
  });
}

/** Orders that another process has locked keep it open; then this comes again. */
async function finishNextCancellation(work: Work, now: Date): Promise<boolean> {
  const { tx } = work;
  const [asked] = await tx.$queryRaw<{ scheduleId: string }[]>`
    SELECT schedule_id AS "scheduleId" FROM schedule_cancellations AS asked
    WHERE finished_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM orders
      WHERE orders.schedule_id = asked.schedule_id AND orders.status IN ('PENDING', 'PAID'))
    LIMIT 1 FOR UPDATE SKIP LOCKED`;
  if (asked === undefined) return false;
  const { scheduleId } = asked;
  const holds = await tx.seatHold.updateManyAndReturn({
    where: { scheduleId, status: 'ACTIVE' },
    data: { status: 'RELEASED' },
    select: { id: true },
  });
  const ids = holds.map(({ id }) => id);
  announceSeats(work, await freeHeldSeats(tx, ids), 'FREE');
  await tx.scheduleCancellation.update({ where: { scheduleId }, data: { finishedAt: now } });
  return true;
}
