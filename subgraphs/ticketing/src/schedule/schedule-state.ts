import type { Schedule } from '../generated/prisma/client.ts';
import type { ScheduleStatus } from '../generated/prisma/enums.ts';

/** Where a performance may go from each state. COMPLETED is final. */
const arrows: Readonly<Record<ScheduleStatus, readonly ScheduleStatus[]>> = {
  DRAFT: ['ON_SALE', 'CLOSED'],
  ON_SALE: ['CLOSED', 'COMPLETED'],
  CLOSED: ['COMPLETED'],
  COMPLETED: [],
};

/** The states that come next; none for a cancelled performance, which stays CLOSED for good. */
export function scheduleStatusesAfter({
  status,
  cancelledAt,
}: Pick<Schedule, 'status' | 'cancelledAt'>): readonly ScheduleStatus[] {
  return cancelledAt === null ? arrows[status] : [];
}

/** States in which a performance can be cancelled: until it has taken place. */
export const cancellableStatuses: readonly ScheduleStatus[] = ['DRAFT', 'ON_SALE', 'CLOSED'];
