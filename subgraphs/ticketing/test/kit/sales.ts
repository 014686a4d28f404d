import { randomUUID } from 'node:crypto';
import { createMessage, type Message } from '@plaza/kit/message-bus/message';
import { Transactions } from '@plaza/kit/messaging/transactions';
import type { TestViewer } from '@plaza/kit/test-kit/test-tokens';
import type { EventPayloads, EventType } from '@plaza/schema/events';
import { pino } from 'pino';
import type { Order, Schedule, Ticket } from '../../src/generated/prisma/client.ts';
import { createPaymentConsumer } from '../../src/order/payment-events.ts';
import type { TicketingTransactions } from '../../src/transactions.ts';
import type { SeededTicketing } from './seeded-ticketing.ts';
import { viewers } from './seeded-ticketing.ts';

export const holdSeatsMutation = `mutation ($input: HoldSeatsInput!) { holdSeats(input: $input) {
  __typename
  ... on SeatHold { id status expiresAt createdAt schedule { id } seats { id } }
  ... on SeatsTaken { seats { id } }
  ... on ScheduleNotOnSale { phase }
  ... on TooManySeats { seatsMax }
} }`;

export const placeOrderMutation = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
  __typename
  ... on Order {
    id reference status channel payableUntil endReason buyer { id } schedule { id }
    total { amountMinor currency } discount { amountMinor }
    tickets { nodes { id status generation isShared isDigital entryCode rotatingSecret } }
  }
  ... on HoldEnded { holdStatus }
  ... on ScheduleNotOnSale { phase }
  ... on PromoCodeRefused { obstacle }
} }`;

/** A performance on sale, people who buy, and payments as it would tell of them. */
export class Sales {
  readonly ticketing: SeededTicketing;
  readonly schedule: Schedule;
  readonly transactions: TicketingTransactions;
  readonly #seatIds: string[];

  private constructor(ticketing: SeededTicketing, schedule: Schedule, seatIds: string[]) {
    this.ticketing = ticketing;
    this.schedule = schedule;
    this.#seatIds = seatIds;
    this.transactions = new Transactions({
      prisma: ticketing.database,
      source: 'ticketing',
      pubSub: ticketing.messaging.pubSub,
      log: pino({ level: 'silent' }),
    });
  }

  static async on(ticketing: SeededTicketing, eventSlug: string): Promise<Sales> {
    const schedule = await ticketing.database.schedule.findFirstOrThrow({
      where: { event: { slug: eventSlug }, status: 'ON_SALE' },
      include: { event: true },
    });
    const seats = await ticketing.database.seat.findMany({
      where: {
        section: { venueId: schedule.event.venueId },
        taken: { none: { scheduleId: schedule.id } },
      },
      orderBy: { id: 'asc' },
      take: 2_000,
      select: { id: true },
    });
    return new Sales(
      ticketing,
      schedule,
      seats.map(({ id }) => id),
    );
  }

  get now(): Date {
    return this.ticketing.clock.now;
  }

  /** Seats that no other test of the file uses. */
  takeFreshSeats(count: number): string[] {
    return this.#seatIds.splice(0, count);
  }

  nextKey(): string {
    return randomUUID();
  }

  /** Result of `holdSeats`; the test names what it varies. */
  async hold(
    seatIds: readonly string[],
    viewer: TestViewer = viewers.ana,
    idempotencyKey: string = this.nextKey(),
  ) {
    const input = { scheduleId: this.schedule.id, seatIds, idempotencyKey };
    const variables = { input };
    return this.ticketing.execute({ query: holdSeatsMutation, variables, viewer });
  }

  async order(
    holdId: string,
    viewer: TestViewer = viewers.ana,
    more: { readonly idempotencyKey?: string; readonly promoCode?: string } = {},
  ) {
    const input = { holdId, idempotencyKey: this.nextKey(), ...more };
    return this.ticketing.execute({ query: placeOrderMutation, variables: { input }, viewer });
  }

  /** A pending order for so many fresh seats. */
  async pendingOrder(count = 1, viewer: TestViewer = viewers.ana): Promise<Order> {
    const held = await this.hold(this.takeFreshSeats(count), viewer);
    if (held.errors !== undefined) throw new Error(JSON.stringify(held.errors));
    const placed = await this.order(held.data.holdSeats.id, viewer);
    return this.readOrder(placed.data.placeOrder.id);
  }

  /** An order whose money has come, with its tickets issued. */
  async paidOrder(count = 1, viewer: TestViewer = viewers.ana): Promise<Order> {
    const order = await this.pendingOrder(count, viewer);
    await this.capture(order);
    return this.readOrder(order.id);
  }

  readOrder(id: string): Promise<Order> {
    return this.ticketing.database.order.findUniqueOrThrow({ where: { id } });
  }

  ticketsOf(orderId: string): Promise<Ticket[]> {
    return this.ticketing.database.ticket.findMany({ where: { orderId }, orderBy: { id: 'asc' } });
  }

  async seatStates(orderId: string): Promise<string[]> {
    const tickets = await this.ticketsOf(orderId);
    const seats = await this.ticketing.database.takenSeat.findMany({
      where: {
        scheduleId: this.schedule.id,
        seatId: { in: tickets.map(({ seatId }) => seatId) },
      },
    });
    return seats.map(({ state }) => state);
  }

  /** Hands a message of payments to ticketing's consumer, as the bus would. */
  async tell<Type extends EventType>(
    type: Type,
    payload: EventPayloads[Type],
    again?: Message,
  ): Promise<Message> {
    const message = again ?? createMessage({ type, payload, source: 'payments' });
    const consumer = createPaymentConsumer(this.transactions, () => this.now);
    await consumer.handler(message, { attempt: 1, signal: AbortSignal.timeout(30_000) });
    return message;
  }

  capture(
    { id: orderId, totalMinor, currency }: Order,
    { paymentId = randomUUID(), amountMinor = totalMinor } = {},
  ): Promise<Message> {
    const captured = { paymentId, orderId, amountMinor, currency, method: 'CARD' } as const;
    return this.tell('payment.captured', captured);
  }

  /** Payloads of the messages of one type about an order, in the order of writing. */
  async sent<Type extends EventType>(type: Type, orderId: string): Promise<EventPayloads[Type][]> {
    const rows = await this.ticketing.database.outboxMessage.findMany({
      where: { type },
      orderBy: { position: 'asc' },
    });
    return rows
      .map(({ message }) => (message as unknown as Message<EventPayloads[Type]>).payload)
      .filter((payload) => (payload as { orderId?: string }).orderId === orderId);
  }
}
