import type { EventStatus } from '../generated/prisma/enums.ts';

/** Where an event may go from each state. CANCELLED is final. */
const arrows: Readonly<Record<EventStatus, readonly EventStatus[]>> = {
  DRAFT: ['PENDING_REVIEW', 'CANCELLED'],
  PENDING_REVIEW: ['DRAFT', 'APPROVED', 'CHANGES_REQUESTED', 'CANCELLED'],
  CHANGES_REQUESTED: ['DRAFT', 'PENDING_REVIEW', 'CANCELLED'],
  APPROVED: ['PUBLISHED', 'CANCELLED'],
  PUBLISHED: ['CANCELLED'],
  CANCELLED: [],
};

/** The states that come next. */
export function eventStatusesAfter(status: EventStatus): readonly EventStatus[] {
  return arrows[status];
}

/** States in which everything about an event can be written. */
export const draftStatuses: readonly EventStatus[] = ['DRAFT', 'CHANGES_REQUESTED'];

/** States in which its texts and pictures can be written: not while somebody reviews them. */
export const touchUpStatuses: readonly EventStatus[] = [...draftStatuses, 'APPROVED', 'PUBLISHED'];
