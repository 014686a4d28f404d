import test from 'ava';
import type { Order, Prisma, Schedule, Seat } from '../src/generated/prisma/client.ts';
import { createSeededTicketing, type SeededTicketing, seededAt } from './kit/seeded-ticketing.ts';

let ticketing: SeededTicketing;
let schedule: Schedule;
let seats: Seat[];
let order: Order;
test.before(async () => {
  ticketing = await createSeededTicketing();
  const { database } = ticketing;
  schedule = await database.schedule.findFirstOrThrow({
    where: { event: { slug: 'frontera-vs-union-altiplano' } },
  });
  seats = await database.seat.findMany({ where: { section: { name: 'Palco 1' } }, take: 4 });
  order = await database.order.findFirstOrThrow({ where: { status: 'PAID' } });
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

function seatAt(index: number): Seat {
  const seat = seats[index];
  if (seat === undefined) throw new Error(`There is no seat ${index}`);
  return seat;
}

function createHold() {
  return ticketing.database.seatHold.create({
    data: { scheduleId: schedule.id, source: 'WEB', expiresAt: seededAt },
  });
}

function ticketFor(seat: Seat, status: Prisma.TicketUncheckedCreateInput['status']) {
  return {
    orderId: order.id,
    scheduleId: schedule.id,
    sectionId: seat.sectionId,
    seatId: seat.id,
    code: 'x',
    sectionLabel: 'x',
    rowLabel: 'x',
    seatLabel: 'x',
    priceMinor: 1,
    feeMinor: 0,
    taxMinor: 0,
    currency: 'MXN',
    ...(status !== undefined && { status }),
  } as const;
}

test('lets one of two rivals for a seat win', async (t) => {
  const seat = seatAt(0);
  const take = async () => {
    const { id } = await createHold();
    await ticketing.database.takenSeat.create({
      data: {
        scheduleId: schedule.id,
        seatId: seat.id,
        sectionId: seat.sectionId,
        state: 'HELD',
        holdId: id,
        heldUntil: seededAt,
      },
    });
  };
  const outcomes = await Promise.allSettled([take(), take(), take(), take()]);
  t.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('has one living ticket a seat and performance', async (t) => {
  const { ticket } = ticketing.database;
  const seat = seatAt(1);
  const { id } = await ticket.create({ data: ticketFor(seat, 'PENDING_PAYMENT') });
  await t.throwsAsync(ticket.create({ data: ticketFor(seat, 'PENDING_PAYMENT') }), {
    message: /Unique constraint/,
  });
  await ticket.update({ where: { id }, data: { status: 'EXPIRED' } });
  await t.notThrowsAsync(ticket.create({ data: ticketFor(seat, 'PENDING_PAYMENT') }));
});

test('issues no ticket without a time and gives an unpaid one none', async (t) => {
  const { ticket } = ticketing.database;
  const seat = seatAt(2);
  const rule = { message: /tickets_issued_check/ };
  await t.throwsAsync(ticket.create({ data: ticketFor(seat, 'ISSUED') }), rule);
  const unpaid = { ...ticketFor(seat, 'PENDING_PAYMENT'), issuedAt: new Date() };
  await t.throwsAsync(ticket.create({ data: unpaid }), rule);
});

test('takes no seat for a section that is not its own', async (t) => {
  const seat = seatAt(3);
  const elsewhere = await ticketing.database.section.findFirstOrThrow({
    where: { name: 'Palco 2', venue: { type: 'STADIUM' } },
  });
  const { id } = await createHold();
  await t.throwsAsync(
    ticketing.database.takenSeat.create({
      data: {
        scheduleId: schedule.id,
        seatId: seat.id,
        sectionId: elsewhere.id,
        state: 'HELD',
        holdId: id,
        heldUntil: seededAt,
      },
    }),
    { message: /Foreign key/ },
  );
});

for (const [rule, statement] of [
  ['schedules_hold_minutes_check', `UPDATE schedules SET hold_minutes = 0`],
  ['schedules_hold_minutes_check', `UPDATE schedules SET hold_minutes = 1441`],
  ['schedules_times_check', `UPDATE schedules SET ends_at = starts_at`],
  ['schedules_sale_check', `UPDATE schedules SET off_sale_at = on_sale_at`],
  ['schedules_presale_check', `UPDATE schedules SET presale_ends_at = NULL`],
  ['orders_total_check', `UPDATE orders SET total_minor = total_minor + 1`],
  ['orders_paid_check', `UPDATE orders SET paid_at = NULL`],
  ['orders_payable_check', `UPDATE orders SET payable_until = NULL WHERE status = 'PENDING'`],
  ['orders_end_check', `UPDATE orders SET status = 'CANCELLED' WHERE status = 'PAID'`],
  ['orders cannot go from PAID to PENDING', `UPDATE orders SET status = 'PENDING'`],
  [
    'tickets cannot go from PENDING_PAYMENT to USED',
    `UPDATE tickets SET status = 'USED' WHERE status = 'PENDING_PAYMENT'`,
  ],
  ['tickets_generation_check', `UPDATE tickets SET generation = 65536`],
  ['price_list_items_place_check', `UPDATE price_list_items SET zone_id = NULL, section_id = NULL`],
  ['price_list_items_amounts_check', `UPDATE price_list_items SET fee_minor = -1`],
  ['taken_seats_state_check', `UPDATE taken_seats SET state = 'HELD' WHERE state = 'BOOKED'`],
  ['events_published_check', `UPDATE events SET published_at = NULL`],
  ['venues_position_check', `UPDATE venues SET latitude = 91`],
  ['seats_number_check', `UPDATE seats SET number = 0 WHERE position = 1`],
  [
    'price_lists_one_active_key',
    `INSERT INTO price_lists (id, schedule_id, version, status, currency)
     SELECT gen_random_uuid(), schedule_id, 2, 'ACTIVE', 'MXN' FROM price_lists`,
  ],
] as const) {
  const change = statement.replaceAll(/\s+/g, ' ').slice(0, 70);
  test(`the database itself refuses: ${change}`, async (t) => {
    await t.throwsAsync(ticketing.database.$executeRawUnsafe(statement), {
      message: new RegExp(rule),
    });
  });
}
