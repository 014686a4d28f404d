import {
  type AvailabilityAnnouncement,
  availabilityTopic,
  type OrderAnnouncement,
  orderTopic,
  type SeatAnnouncement,
  seatTopic,
  type TicketAnnouncement,
  ticketsTopic,
} from '@plaza/schema/topics';
import type { Work } from '../transactions.ts';

/** A seat of one performance and the section that it stands in. */
export interface PlacedSeat {
  readonly scheduleId: string;
  readonly seatId: string;
  readonly sectionId: string;
  /** Whether the public may see the performance now. */
  readonly isPublic: boolean;
}

/** Tells whoever watches the performance: each seat, and each section whose counts changed. */
export function announceSeats(
  work: Work,
  seats: readonly PlacedSeat[],
  state: SeatAnnouncement['state'],
): void {
  const sections = new Map<string, AvailabilityAnnouncement>();
  for (const { scheduleId, seatId, sectionId, isPublic } of seats) {
    const announcement: SeatAnnouncement = { scheduleId, seatId, sectionId, state, isPublic };
    work.announce(seatTopic(scheduleId), announcement);
    sections.set(`${scheduleId} ${sectionId}`, { id: scheduleId, sectionId, isPublic });
  }
  for (const section of sections.values()) work.announce(availabilityTopic(section.id), section);
}

/** Tells whoever watches the order. */
export function announceOrder(
  work: Work,
  { id, buyerId, status }: OrderAnnouncement & { readonly id: string },
): void {
  const announcement: OrderAnnouncement = { id, buyerId, status };
  work.announce(orderTopic(id), announcement);
}

/**
 * Tells the holder of the ticket, and who held it before if that is somebody else: which ticket it is
 * only its owner then, who may still see it.
 */
export function announceTicket(
  work: Work,
  { id, holderId, ownerId, status }: TicketAnnouncement & { readonly ownerId: string | null },
  previousHolderId: string | null = null,
): void {
  const announcement: TicketAnnouncement = { id, holderId, status };
  for (const userId of new Set([holderId, previousHolderId])) {
    if (userId === null) continue;
    const maySee = userId === holderId || userId === ownerId;
    work.announce(ticketsTopic(userId), maySee ? announcement : null);
  }
}
