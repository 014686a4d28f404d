/**
 * Topics of live announcements (the PubSub port) and what each carries. A subgraph announces after its
 * transaction has committed; an announcement may be lost, so it says what to read again, and repeats
 * enough for a client to draw without asking. Subscription fields name these topics in the schema, by
 * `@eventSource`, and what they filter by (`@eventFilter`) is in the announcement.
 */

export interface SeatAnnouncement {
  readonly scheduleId: string;
  readonly seatId: string;
  readonly sectionId: string;
  readonly state: 'FREE' | 'HELD' | 'BOOKED';
  /** False while only staff may see the performance. */
  readonly isPublic: boolean;
}

export interface AvailabilityAnnouncement {
  /** The performance. */
  readonly id: string;
  readonly sectionId: string;
  /** False while only staff may see the performance. */
  readonly isPublic: boolean;
}

export interface OrderAnnouncement {
  readonly id: string;
  readonly buyerId: string | null;
  readonly status: string;
}

export interface PaymentAnnouncement {
  readonly id: string;
  readonly orderId: string;
  readonly payerId: string | null;
  readonly status: string;
}

/** Of a ticket that the listener may not see any more, null is announced instead. */
export interface TicketAnnouncement {
  readonly id: string;
  readonly holderId: string | null;
  readonly status: string;
}

/** Topic of the seats of one performance; one announcement carries at most 100 seats. */
export const seatTopic = (scheduleId: string): string => `seat.${scheduleId}`;
/** Topic of counts by section of one performance. */
export const availabilityTopic = (scheduleId: string): string => `availability.${scheduleId}`;
export const orderTopic = (orderId: string): string => `order.${orderId}`;
export const paymentTopic = (paymentId: string): string => `payment.${paymentId}`;
/** Topic of everything that happens to the tickets that one person holds. */
export const ticketsTopic = (holderId: string): string => `tickets.${holderId}`;
/** Topic of all that becomes out of date in gateways' caches; the payload is in cache-invalidation.ts. */
export const cacheInvalidationTopic = 'cache-invalidation';
