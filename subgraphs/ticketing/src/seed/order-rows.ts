import type { SeedRow } from './insert-rows.ts';
import type { SeededSchedule } from './seed-events.ts';
import type { SeedCounter } from './seed-ids.ts';
import type { SeededSeat, SeededSection } from './seed-venues.ts';

export interface SeatChoice {
  readonly section: SeededSection;
  readonly rowLabel: string;
  readonly seats: readonly SeededSeat[];
}

export interface OrderPlan {
  readonly id: string;
  readonly number: number;
  readonly buyerId: string | null;
  readonly status: 'PENDING' | 'PAID';
  readonly channel: 'ONLINE' | 'BOX_OFFICE';
  readonly createdAt: Date;
  readonly payableUntil: Date;
}

/** Collects orders with their tickets and booked seats, and knows which seats are taken. */
export class OrderRows {
  readonly orders: SeedRow[] = [];
  readonly tickets: SeedRow[] = [];
  readonly takenSeats: SeedRow[] = [];
  readonly #ids: SeedCounter;
  readonly #taken = new Set<string>();

  constructor(ids: SeedCounter) {
    this.#ids = ids;
  }

  isFree(schedule: SeededSchedule, seat: SeededSeat): boolean {
    return !this.#taken.has(`${schedule.id} ${seat.id}`);
  }

  /** Adds an order for the seats and returns its total in minor units. */
  addOrder(order: OrderPlan, schedule: SeededSchedule, choice: SeatChoice): number {
    const price = schedule.priceOf(choice.section);
    const count = choice.seats.length;
    const subtotal = price.priceMinor * count;
    const fees = price.feeMinor * count;
    const taxes = price.taxMinor * count;
    this.orders.push({
      id: order.id,
      number: order.number,
      schedule_id: schedule.id,
      hold_id: null,
      buyer_id: order.buyerId,
      seller_id: null,
      status: order.status,
      channel: order.channel,
      currency: 'MXN',
      subtotal_minor: subtotal,
      fees_minor: fees,
      taxes_minor: taxes,
      discount_minor: 0,
      total_minor: subtotal + fees + taxes,
      created_at: order.createdAt,
      payable_until: order.payableUntil,
      paid_at: order.status === 'PAID' ? order.createdAt : null,
      ended_at: null,
      end_reason: null,
      placed_by_id: order.buyerId,
      idempotency_key: null,
    });
    for (const seat of choice.seats) this.#addTicket(order, schedule, { ...choice, seat });
    return subtotal + fees + taxes;
  }

  #addTicket(
    order: OrderPlan,
    schedule: SeededSchedule,
    place: Omit<SeatChoice, 'seats'> & { readonly seat: SeededSeat },
  ): void {
    const { section, rowLabel, seat } = place;
    const price = schedule.priceOf(section);
    const id = this.#ids.next('ticket');
    const isPaid = order.status === 'PAID';
    const paidStatus = schedule.plan.sale === 'over' ? 'USED' : 'ISSUED';
    this.tickets.push({
      id,
      order_id: order.id,
      schedule_id: schedule.id,
      section_id: section.id,
      seat_id: seat.id,
      holder_id: order.buyerId,
      owner_id: order.buyerId,
      status: isPaid ? paidStatus : 'PENDING_PAYMENT',
      code: `${section.name}-${rowLabel}-${seat.number}`,
      generation: 1,
      section_label: section.name,
      row_label: rowLabel,
      seat_label: String(seat.number),
      is_digital: order.channel === 'ONLINE',
      price_minor: price.priceMinor,
      fee_minor: price.feeMinor,
      tax_minor: price.taxMinor,
      currency: 'MXN',
      created_at: order.createdAt,
      issued_at: isPaid ? order.createdAt : null,
    });
    this.take(schedule, { section, seats: [seat] }, { state: 'BOOKED', ticketId: id });
  }

  /** Marks the seats as held or booked for the performance. */
  take(
    schedule: SeededSchedule,
    { section, seats }: Pick<SeatChoice, 'section' | 'seats'>,
    by:
      | { readonly state: 'BOOKED'; readonly ticketId: string }
      | { readonly state: 'HELD'; readonly holdId: string; readonly heldUntil: Date },
  ): void {
    for (const seat of seats) {
      this.#taken.add(`${schedule.id} ${seat.id}`);
      this.takenSeats.push({
        schedule_id: schedule.id,
        seat_id: seat.id,
        section_id: section.id,
        state: by.state,
        hold_id: by.state === 'HELD' ? by.holdId : null,
        held_until: by.state === 'HELD' ? by.heldUntil : null,
        ticket_id: by.state === 'BOOKED' ? by.ticketId : null,
      });
    }
  }
}
