import { demoAccounts, demoOrders } from '@plaza/schema/demo-accounts';
import type { Prisma } from '../generated/prisma/client.ts';
import { insertRows } from './insert-rows.ts';
import { OrderRows, type SeatChoice } from './order-rows.ts';
import type { SeededSchedule } from './seed-events.ts';
import { type SeedCounter, seedId } from './seed-ids.ts';
import type { SeededSeat } from './seed-venues.ts';
import { addMinutes } from './venue-clock.ts';

/** Orders of the demonstration accounts begin here, sales over the counter after them. */
const firstDemoNumber = 1001;
const firstCounterNumber = 2001;
/** Seats that one sale over the counter takes, side by side. */
const partySeatsMax = 6;
/** The longest hold there is: a day. */
const longHoldMinutes = 1440;

/** What each demonstration order buys: its price times the seats must be the order's total. */
const demoPurchases = [
  { event: 'Frontera vs. Deportivo Bahía', section: '103', row: 'F', firstSeat: 8 },
  { event: 'La casa de Bernarda Alba', section: 'Primer piso Izquierda', row: 'C', firstSeat: 4 },
  { event: 'Los Faroles', section: '107', row: 'D', firstSeat: 3 },
] as const;

interface OrderSeed {
  /** The moment of seeding: the holds of the demonstration count from here. */
  readonly now: Date;
  /** Midnight before it: everything else counts from there. */
  readonly day: Date;
  readonly ids: SeedCounter;
  readonly schedules: readonly SeededSchedule[];
}

/**
 * Inserts orders, tickets and taken seats. Throws when the total of a demonstration order is not
 * that of its tickets.
 */
export async function seedOrders(
  database: Prisma.TransactionClient,
  seed: OrderSeed,
): Promise<void> {
  const rows = new OrderRows(seed.ids);
  addDemoOrders(rows, seed);
  const hold = addSellersHold(rows, seed);
  addCounterSales(rows, seed);
  await insertRows(database, 'orders', rows.orders);
  await insertRows(database, 'tickets', rows.tickets);
  await insertRows(database, 'seat_holds', [hold]);
  await insertRows(database, 'taken_seats', rows.takenSeats);
  await database.$executeRaw`
    SELECT setval(pg_get_serial_sequence('orders', 'number'), (SELECT max(number) FROM orders))`;
}

function addDemoOrders(rows: OrderRows, seed: OrderSeed): void {
  for (const [index, order] of demoOrders.entries()) {
    const purchase = demoPurchases[index];
    if (purchase === undefined) throw new Error(`Nothing says what order ${order.id} buys`);
    const schedule = onSaleScheduleOf(seed.schedules, purchase.event);
    const choice = chooseSeats(schedule, { ...purchase, count: order.ticketCount });
    const number = firstDemoNumber + index;
    const createdAt = addMinutes(seed.day, -24 * 60 * (index + 1));
    const { id, buyerId, status } = order;
    const payableUntil = addMinutes(seed.now, longHoldMinutes);
    const ordered = { createdAt, payableUntil };
    const plan = { id, number, buyerId, status, channel: 'ONLINE', ...ordered } as const;
    const totalMinor = rows.addOrder(plan, schedule, choice);
    if (totalMinor !== order.totalMinor) {
      throw new Error(`Order ${id} is of ${order.totalMinor}, its tickets of ${totalMinor}`);
    }
  }
}

/** The box office keeps six seats side by side, so that a map shows held seats as well. */
function addSellersHold(rows: OrderRows, seed: OrderSeed) {
  const schedule = onSaleScheduleOf(seed.schedules, 'Frontera vs. Deportivo Bahía');
  const place = { section: '104', row: 'H', firstSeat: 5, count: partySeatsMax };
  const id = seed.ids.next('hold');
  const heldUntil = addMinutes(seed.now, longHoldMinutes);
  const choice = chooseSeats(schedule, place);
  rows.take(schedule, choice, { state: 'HELD', holdId: id, heldUntil });
  return {
    id,
    schedule_id: schedule.id,
    holder_id: demoAccounts.seller.id,
    source: 'BOX_OFFICE',
    status: 'ACTIVE',
    expires_at: heldUntil,
    created_at: seed.now,
    seat_ids: choice.seats.map((seat) => seat.id).sort(),
    idempotency_key: null,
  };
}

function onSaleScheduleOf(schedules: readonly SeededSchedule[], event: string): SeededSchedule {
  const found = schedules.find(
    ({ eventName, plan }) => eventName === event && plan.sale === 'open',
  );
  if (found === undefined) throw new Error(`${event} has no performance on sale`);
  return found;
}

function chooseSeats(
  schedule: SeededSchedule,
  place: { section: string; row: string; firstSeat: number; count: number },
): SeatChoice {
  const section = schedule.venue.sections.find(({ name }) => name === place.section);
  const row = section?.rows.find(({ label }) => label === place.row);
  const first = place.firstSeat - 1;
  const seats = row?.seats.slice(first, first + place.count) ?? [];
  if (section === undefined || seats.length !== place.count) {
    throw new Error(`Section ${place.section} has no such seats in row ${place.row}`);
  }
  return { section, rowLabel: place.row, seats };
}

/** Fills parts of the rows with parties of one to six people who paid at the box office. */
function addCounterSales(rows: OrderRows, seed: OrderSeed): void {
  let sold = 0;
  for (const [index, schedule] of seed.schedules.entries()) {
    const random = randomFrom(index + 1);
    const saleMinutes = (seed.day.getTime() - schedule.soldFrom.getTime()) / 60_000;
    for (const section of schedule.venue.sections) {
      for (const row of section.rows) {
        for (const seats of partiesIn(row.seats, schedule.plan.soldPercent, random)) {
          if (!seats.every((seat) => rows.isFree(schedule, seat))) continue;
          sold += 1;
          const createdAt = addMinutes(schedule.soldFrom, Math.floor(random() * saleMinutes));
          const soldAt = createdAt < schedule.startsAt ? createdAt : schedule.startsAt;
          const order = {
            id: seedId('order', sold),
            number: firstCounterNumber + sold - 1,
            buyerId: null,
            status: 'PAID',
            channel: 'BOX_OFFICE',
            createdAt: soldAt,
            payableUntil: soldAt,
          } as const;
          rows.addOrder(order, schedule, { section, rowLabel: row.label, seats });
        }
      }
    }
  }
}

/** Cuts a row into parties and gaps, of which about `soldPercent` of the seats are sold. */
function* partiesIn(
  seats: readonly SeededSeat[],
  soldPercent: number,
  random: () => number,
): Generator<readonly SeededSeat[]> {
  let index = 0;
  while (index < seats.length) {
    const size = 1 + Math.floor(random() * partySeatsMax);
    const party = seats.slice(index, index + size);
    index += party.length;
    if (random() * 100 < soldPercent) yield party;
  }
}

/** The same numbers from 0 to 1 for the same start on every machine (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
