import { recordAudit } from '../audit/record-audit.ts';
import type { Prisma, Schedule } from '../generated/prisma/client.ts';
import { outdateSchedule } from '../live/outdate.ts';
import { requestScheduleCancellation } from '../order/schedule-cancellation.ts';
import type { Actor, Work } from '../transactions.ts';
import { stopSales } from './sale-lock.ts';
import { cancellableStatuses } from './schedule-state.ts';

interface ScheduleCancellation {
  /** Why, as holders are told. */
  readonly reason: string;
  readonly actor: Actor;
  readonly now: Date;
}

/**
 * Closes those performances for good that have not taken place and were not cancelled before, tells
 * the other subgraphs, and has their orders undone: all of it or nothing, in the caller's transaction.
 * Resolves to the performances that it cancelled.
 */
export async function cancelSchedules(
  work: Work,
  which: Pick<Prisma.ScheduleWhereInput, 'id' | 'eventId'>,
  { reason, actor, now }: ScheduleCancellation,
): Promise<Schedule[]> {
  const affected = await work.tx.schedule.findMany({ where: which, select: { id: true } });
  await stopSales(
    work.tx,
    affected.map(({ id }) => id),
  );
  const cancelled = await work.tx.schedule.updateManyAndReturn({
    where: { ...which, cancelledAt: null, status: { in: [...cancellableStatuses] } },
    data: { status: 'CLOSED', cancelledAt: now, cancelReason: reason },
  });
  for (const { id: scheduleId, eventId } of cancelled) {
    await requestScheduleCancellation(work, { scheduleId, actor, now });
    work.send('schedule.cancelled', { scheduleId, eventId });
    outdateSchedule(work, { id: scheduleId, eventId });
  }
  const after = { status: 'CLOSED', cancelReason: reason };
  const change = { actor, at: now, entityType: 'Schedule', after } as const;
  await recordAudit(
    work.tx,
    ...cancelled.map(({ id }) => ({ ...change, action: 'schedule.cancelled', entityId: id })),
  );
  return cancelled;
}
