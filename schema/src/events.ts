/**
 * Messages that subgraphs send each other over the bus: their types and payloads. A type is
 * `<entity>.<what happened>`; its owner is the subgraph that is named as its source. Payloads hold ids
 * and facts that do not change; money is integer minor units; times are ISO 8601 in UTC.
 */

export type EventCurrency = 'MXN' | 'USD';

/** By ticketing: an order waits for money. Payments may now be made for it until `payableUntil`. */
export interface OrderCreated {
  readonly orderId: string;
  readonly reference: string;
  /** Null for a sale over the counter to somebody without an account. */
  readonly buyerId: string | null;
  /** The staff member who sold it over the counter. */
  readonly sellerId: string | null;
  readonly channel: 'ONLINE' | 'BOX_OFFICE';
  readonly totalMinor: number;
  readonly currency: EventCurrency;
  readonly payableUntil: string;
}

/** By ticketing: money that comes for this order from now on must go back. */
export interface OrderCancelled {
  readonly orderId: string;
  readonly buyerId: string | null;
  readonly reason: 'BUYER' | 'STAFF' | 'EXPIRED' | 'PAYMENT_FAILED' | 'SCHEDULE_CANCELLED';
}

/** By ticketing: the money covers the total, the seats are booked, the tickets are issued. */
export interface OrderPaid {
  readonly orderId: string;
  readonly buyerId: string | null;
  readonly ticketIds: readonly string[];
}

/**
 * By ticketing: money has to go back, because the order could not take it or is undone. Payments
 * refunds the amount of that payment, never more than is left of it, once per `refundRequestId`.
 */
export interface RefundRequested {
  readonly refundRequestId: string;
  readonly orderId: string;
  /** The payment whose money it is; null or absent, in messages of before, for whichever has money. */
  readonly paymentId?: string | null;
  /** Null for all that was captured and not refunded yet. */
  readonly amountMinor: number | null;
  readonly reason: 'ORDER_CANCELLED' | 'SCHEDULE_CANCELLED' | 'LATE_PAYMENT' | 'BUYER' | 'STAFF';
  /** Staff or buyer who asked; null for the system. */
  readonly requestedBy: string | null;
}

/** By ticketing. */
export interface TicketChanged {
  readonly ticketId: string;
  readonly orderId: string;
  readonly scheduleId: string;
  readonly holderId: string | null;
  readonly previousHolderId: string | null;
  readonly generation: number;
}

/** By ticketing: holders are told, orders are refunded one by one with messages of their own. */
export interface ScheduleCancelled {
  readonly scheduleId: string;
  readonly eventId: string;
}

/** By payments: the provider holds the money. Several may add up to one order. */
export interface PaymentCaptured {
  readonly paymentId: string;
  readonly orderId: string;
  readonly amountMinor: number;
  readonly currency: EventCurrency;
  readonly method: 'CARD' | 'CASH' | 'WIRE_TRANSFER' | 'CLIENT_CREDIT' | 'OTHER' | 'COURTESY';
}

/** By payments: this attempt brought no money; another may be made until the order's end. */
export interface PaymentFailed {
  readonly paymentId: string;
  readonly orderId: string;
  readonly reason:
    | 'DECLINED'
    | 'INSUFFICIENT_FUNDS'
    | 'CHALLENGE_FAILED'
    | 'CANCELLED'
    | 'EXPIRED'
    | 'PROVIDER_UNAVAILABLE'
    /** The provider took another amount or currency than asked; it goes back by itself. */
    | 'WRONG_AMOUNT';
}

/** By payments: money went back. `refundedTotalMinor` counts all refunds of the order so far. */
export interface PaymentRefunded {
  readonly refundId: string;
  readonly paymentId: string;
  readonly orderId: string;
  readonly amountMinor: number;
  readonly refundedTotalMinor: number;
  /** The request that it answers; null when staff refunded in payments itself. */
  readonly refundRequestId: string | null;
}

/** By payments: the order keeps its seats until the link ends. */
export interface PaymentLinkCreated {
  readonly paymentLinkId: string;
  readonly orderId: string;
  readonly expiresAt: string;
}

/** By payments: nobody paid in time; ticketing cancels the order if it still waits. */
export interface PaymentLinkExpired {
  readonly paymentLinkId: string;
  readonly orderId: string;
}

/** Every message type with its payload. */
export interface EventPayloads {
  readonly 'order.created': OrderCreated;
  readonly 'order.cancelled': OrderCancelled;
  readonly 'order.paid': OrderPaid;
  readonly 'refund.requested': RefundRequested;
  readonly 'ticket.issued': TicketChanged;
  readonly 'ticket.transferred': TicketChanged;
  readonly 'ticket.reissued': TicketChanged;
  readonly 'ticket.cancelled': TicketChanged;
  readonly 'schedule.cancelled': ScheduleCancelled;
  readonly 'payment.captured': PaymentCaptured;
  readonly 'payment.failed': PaymentFailed;
  readonly 'payment.refunded': PaymentRefunded;
  readonly 'payment_link.created': PaymentLinkCreated;
  readonly 'payment_link.expired': PaymentLinkExpired;
}

export type EventType = keyof EventPayloads;

/** Told to whoever listens: no work depends on them, so they may find no listener. */
export const eventsForWhoeverListens: readonly EventType[] = [
  'ticket.issued',
  'ticket.transferred',
  'ticket.reissued',
  'ticket.cancelled',
  'schedule.cancelled',
];
