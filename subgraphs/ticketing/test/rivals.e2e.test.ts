import type { TestResult } from '@plaza/kit/test-kit/create-test-subgraph';
import test from 'ava';
import { expireHolds } from '../src/hold/expire-holds.ts';
import { Sales } from './kit/sales.ts';
import { createSeededTicketing, type SeededTicketing, seededAt } from './kit/seeded-ticketing.ts';

const buyersCount = 500;
const seatsCount = 50;
/** How often a buyer who is told to try again does so. */
const turnsMax = 50;

let ticketing: SeededTicketing;
let sales: Sales;
test.before(async () => {
  ticketing = await createSeededTicketing();
  sales = await Sales.on(ticketing, 'frontera-vs-deportivo-bahia');
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

function viewerOf(index: number) {
  const userId = `01940000-0000-7000-8000-1${String(index).padStart(11, '0')}`;
  return { userId, role: 'CUSTOMER' } as const;
}

/** On a busy machine some are told to try again in a moment; they do. */
async function untilTurn(ask: () => Promise<TestResult>): Promise<TestResult> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await ask();
    const isTurnedAway = result.errors?.[0]?.extensions?.code === 'RATE_LIMITED';
    if (!isTurnedAway || attempt === turnsMax) return result;
  }
}

test.serial(
  'sells fifty seats to five hundred rivals once each, and answers everybody',
  async (t) => {
    const seats = sales.takeFreshSeats(seatsCount);
    const startedAt = performance.now();
    const outcomes = await Promise.all(
      Array.from({ length: buyersCount }, async (_, index) => {
        const viewer = viewerOf(index);
        // A third want three seats, in an order of their own; the others one.
        const wish = [0, 17, 31].map((step) => seats[(index * 7 + step) % seatsCount] ?? '');
        const wanted = index % 3 === 0 ? wish : wish.slice(0, 1);
        const held = await untilTurn(() => sales.hold(wanted, viewer));
        if (held.errors !== undefined) return held.errors[0]?.message ?? 'error';
        if (held.data.holdSeats.__typename !== 'SeatHold') return held.data.holdSeats.__typename;
        const placed = await untilTurn(() => sales.order(held.data.holdSeats.id, viewer));
        return placed.errors?.[0]?.message ?? placed.data.placeOrder.__typename;
      }),
    );
    const tookMs = Math.round(performance.now() - startedAt);
    const counts = Object.groupBy(outcomes, (outcome) => outcome);
    const ordered = counts.Order?.length ?? 0;
    t.deepEqual(Object.keys(counts).sort(), ['Order', 'SeatsTaken']);
    const taken = await ticketing.database.takenSeat.findMany({
      where: { scheduleId: sales.schedule.id, seatId: { in: seats } },
      include: { ticket: true },
    });
    t.is(taken.length, seatsCount, 'no seat was left');
    t.is(new Set(taken.map(({ ticketId }) => ticketId)).size, seatsCount);
    t.true(taken.every(({ state, ticket }) => state === 'BOOKED' && ticket !== null));
    t.is(new Set(taken.map(({ ticket }) => ticket?.orderId)).size, ordered);
    t.log(`${buyersCount} buyers, ${ordered} orders for ${seatsCount} seats, ${tookMs} ms`);
  },
);

test.serial('frees seats once when many tidy up while others take them over', async (t) => {
  const seats = sales.takeFreshSeats(30);
  for (let first = 0; first < 30; first += 3) {
    await sales.hold(seats.slice(first, first + 3), viewerOf(first));
  }
  ticketing.clock.now = new Date(seededAt.getTime() + sales.schedule.holdMinutes * 60_000);
  const { now } = ticketing.clock;
  const [winners] = await Promise.all([
    Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const wish = [4, 3, 2, 1, 0].map((step) => seats[(index + step * 3) % 30] ?? '');
        const { data, errors } = await sales.hold(wish, viewerOf(100 + index));
        return errors?.[0]?.message ?? data.holdSeats.__typename;
      }),
    ),
    ...[1, 2, 3].map(() => expireHolds(sales.transactions, now)),
  ]);
  t.deepEqual(
    winners.filter((outcome) => outcome !== 'SeatHold' && outcome !== 'SeatsTaken'),
    [],
  );
  const where = { scheduleId: sales.schedule.id, seatId: { in: seats } };
  const taken = await ticketing.database.takenSeat.findMany({ where, include: { hold: true } });
  t.true(taken.every(({ hold }) => hold?.status === 'ACTIVE' && hold.expiresAt > now));
  t.is(taken.length, 5 * winners.filter((outcome) => outcome === 'SeatHold').length);
});
