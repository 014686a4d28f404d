import {
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
}

/** Tells whoever watches the performance: each seat, and each section whose counts changed. */
export function announceSeats(
  work: Work,
  seats: readonly PlacedSeat[],
  state: SeatAnnouncement['state'],
): void {
  const sections = new Map<string, Pick<PlacedSeat, 'scheduleId' | 'sectionId'>>();
  for (const { scheduleId, seatId, sectionId } of seats) {
    const announcement: SeatAnnouncement = { scheduleId, seatId, sectionId, state };
    work.announce(seatTopic(scheduleId), announcement);
    sections.set(`${scheduleId} ${sectionId}`, { scheduleId, sectionId });
  }
  for (const section of sections.values()) {
    work.announce(availabilityTopic(section.scheduleId), section);
  }
}

/** Tells whoever watches the order. */
export function announceOrder(
  work: Work,
  { id, buyerId, status }: OrderAnnouncement & { readonly id: string },
): void {
  const announcement: OrderAnnouncement = { id, buyerId, status };
  work.announce(orderTopic(id), announcement);
}

/** Tells the holder of the ticket, and who held it before if that is somebody else. */
export function announceTicket(
  work: Work,
  { id, holderId, status }: TicketAnnouncement,
  previousHolderId: string | null = null,
): void {
  const announcement: TicketAnnouncement = { id, holderId, status };
  for (const userId of new Set([holderId, previousHolderId])) {
    if (userId !== null) work.announce(ticketsTopic(userId), announcement);
  }
}
