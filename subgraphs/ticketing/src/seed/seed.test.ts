import { createDatabaseAdapter } from '@plaza/kit/database';
import { seedSubgraph } from '@plaza/kit/seed-subgraph';
import { createTestDatabase } from '@plaza/prisma/test-database';
import { demoOrders } from '@plaza/schema/demo-accounts';
import test from 'ava';
import { seededAt } from '../../test/kit/seeded-ticketing.ts';
import { readTicketingConfig } from '../config.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import { seedDatabase } from '../seed.ts';
import { ticketingSubgraph } from '../subgraph.ts';

interface EmptyDatabase extends AsyncDisposable {
  readonly url: string;
  readonly prisma: PrismaClient;
}

async function createEmptyDatabase(): Promise<EmptyDatabase> {
  const database = await createTestDatabase('ticketing');
  const config = { ...readTicketingConfig({}), databaseUrl: database.url };
  const prisma = new PrismaClient({ adapter: createDatabaseAdapter('ticketing-test', config) });
  return {
    url: database.url,
    prisma,
    async [Symbol.asyncDispose]() {
      await prisma.$disconnect();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Number of rows of every table, and the ids of the first tickets. */
async function summaryOf({ prisma }: EmptyDatabase) {
  return {
    seats: await prisma.seat.count(),
    events: await prisma.event.count(),
    schedules: await prisma.schedule.count(),
    prices: await prisma.priceListItem.count(),
    orders: await prisma.order.count(),
    takenSeats: await prisma.takenSeat.count(),
    tickets: await prisma.ticket.findMany({
      select: { id: true, seatId: true, orderId: true, priceMinor: true },
      orderBy: { id: 'asc' },
      take: 2_000,
    }),
  };
}

let first: EmptyDatabase;
let second: EmptyDatabase;
test.before(async () => {
  first = await createEmptyDatabase();
  second = await createEmptyDatabase();
  // Two at the same moment on one database must not meet.
  await Promise.all([seedDatabase(first.prisma, seededAt), seedDatabase(first.prisma, seededAt)]);
  await seedDatabase(second.prisma, seededAt);
});
test.after.always(async () => {
  await first?.[Symbol.asyncDispose]();
  await second?.[Symbol.asyncDispose]();
});

test.serial('seeds the same data everywhere, and once, however often it runs', async (t) => {
  const summary = await summaryOf(first);
  t.is(summary.seats, 29_200);
  t.is(summary.tickets.length, 2_000);
  t.deepEqual(summary, await summaryOf(second));
  await seedDatabase(first.prisma, new Date('2026-09-01T00:00:00Z'));
  t.deepEqual(await summaryOf(first), summary);
});

test.serial('fills the catalogue around the day of seeding, under the same ids', async (t) => {
  await using late = await createEmptyDatabase();
  const now = new Date('2032-01-31T23:59:59Z');
  await seedDatabase(late.prisma, now);
  t.deepEqual((await summaryOf(late)).tickets, (await summaryOf(first)).tickets);
  const upcoming = await late.prisma.schedule.count({ where: { startsAt: { gt: now } } });
  const past = await late.prisma.schedule.count({ where: { startsAt: { lt: now } } });
  t.deepEqual([upcoming, past], [20, 3]);
  const soldInTheFuture = await late.prisma.order.count({ where: { createdAt: { gt: now } } });
  t.is(soldInTheFuture, 0);
});

test.serial('keeps orders, tickets and taken seats consistent', async (t) => {
  const faults = await first.prisma.$queryRaw<{ fault: string; count: number }[]>`
    SELECT 'order is not the sum of its tickets' AS fault, count(*)::int AS count FROM (
      SELECT purchase.id FROM orders AS purchase
      JOIN tickets AS ticket ON ticket.order_id = purchase.id
      GROUP BY purchase.id
      HAVING purchase.subtotal_minor <> sum(ticket.price_minor)
        OR purchase.fees_minor <> sum(ticket.fee_minor)
        OR purchase.taxes_minor <> sum(ticket.tax_minor)
        OR count(*) > 12) AS wrong
    UNION ALL SELECT 'order without tickets', count(*)::int FROM orders AS purchase
      WHERE NOT EXISTS (SELECT FROM tickets AS ticket WHERE ticket.order_id = purchase.id)
    UNION ALL SELECT 'booked seat of another ticket', count(*)::int
      FROM taken_seats AS taken JOIN tickets AS ticket ON ticket.id = taken.ticket_id
      WHERE (taken.schedule_id, taken.seat_id) <> (ticket.schedule_id, ticket.seat_id)
    UNION ALL SELECT 'living ticket without its seat', count(*)::int FROM tickets AS ticket
      WHERE NOT EXISTS (SELECT FROM taken_seats AS taken WHERE taken.ticket_id = ticket.id)
    UNION ALL SELECT 'seat outside the venue', count(*)::int
      FROM taken_seats AS taken
      JOIN sections AS section ON section.id = taken.section_id
      JOIN schedules AS schedule ON schedule.id = taken.schedule_id
      JOIN events AS event ON event.id = schedule.event_id
      WHERE section.venue_id <> event.venue_id`;
  t.is(faults.length, 5);
  for (const { fault, count } of faults) t.is(count, 0, fault);
});

test.serial('seeds the orders that the demonstration accounts share with payments', async (t) => {
  const { prisma } = second;
  for (const { id, buyerId, status, totalMinor, currency, ticketCount } of demoOrders) {
    const order = await prisma.order.findUniqueOrThrow({
      where: { id },
      include: { tickets: true },
    });
    t.like(order, { buyerId, status, totalMinor, currency });
    t.is(order.tickets.length, ticketCount);
  }
  const { id: scheduleId } = await prisma.schedule.findFirstOrThrow();
  const next = await prisma.order.create({
    data: {
      scheduleId,
      payableUntil: new Date(),
      channel: 'ONLINE',
      currency: 'MXN',
      subtotalMinor: 0,
      feesMinor: 0,
      taxesMinor: 0,
      totalMinor: 0,
    },
  });
  t.is(next.number, (await prisma.order.count()) + 1_997);
});

test.serial('refuses demonstration data in production', async (t) => {
  await using database = await createEmptyDatabase();
  const config = { ...readTicketingConfig({ NODE_ENV: 'production' }), databaseUrl: database.url };
  await t.throwsAsync(seedSubgraph(ticketingSubgraph, { ...config, logLevel: 'silent' }), {
    message: /production/,
  });
  t.is(await database.prisma.venue.count(), 0);
});
