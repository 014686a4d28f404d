import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { lockSale } from '../src/order/insert-order.ts';
import { Sales } from './kit/sales.ts';
import { createSeededTicketing, type SeededTicketing, viewers } from './kit/seeded-ticketing.ts';

/** Pause between two looks at who waits. */
const lookEveryMs = 10;

let ticketing: SeededTicketing;
let sales: Sales;
test.before(async () => {
  ticketing = await createSeededTicketing();
  sales = await Sales.on(ticketing, 'frontera-vs-deportivo-bahia');
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

async function countWaiting(): Promise<number> {
  const [row] = await ticketing.database.$queryRaw<{ waiting: number }[]>`
    SELECT count(*)::int AS waiting FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return row?.waiting ?? 0;
}

/** Resolves once so many transactions wait for a lock, or the work has not waited. */
async function untilWaiting(count: number, work: Promise<unknown>): Promise<void> {
  const end = { reached: false };
  const ended = work.finally(() => {
    end.reached = true;
  });
  ended.catch(() => undefined);
  while (!end.reached && (await countWaiting()) < count) await delay(lookEveryMs);
}

/** A sale under way, from when it has locked the performance to when it is told to finish. */
async function startSale(): Promise<{ finish(): Promise<void> }> {
  const { schedule, transactions } = sales;
  const where = { id: schedule.eventId };
  const event = await ticketing.database.event.findUniqueOrThrow({ where });
  const [locked, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const sale = transactions.run(async (work) => {
    await lockSale(work, { schedule, event });
    locked.resolve();
    await finish.promise;
  });
  await Promise.race([locked.promise, sale]);
  return {
    finish() {
      finish.resolve();
      return sale;
    },
  };
}

test.serial('closes a performance while it sells: later sales queue behind it', async (t) => {
  const { data } = await sales.hold(sales.takeFreshSeats(1));
  const first = await startSale();
  const beside = await startSale();
  await beside.finish(); // sales do not wait for each other
  const query = `mutation { closeSales(id: "${sales.schedule.id}") {
    __typename ... on Schedule { status }
  } }`;
  const closing = ticketing.execute({ query, viewer: viewers.supervisor });
  await untilWaiting(1, closing);
  const late = sales.order(data.holdSeats.id);
  await untilWaiting(2, late);
  t.is(await countWaiting(), 2, 'the later sale did not pass the one who closes');
  await first.finish();
  t.like((await closing).data.closeSales, { status: 'CLOSED' });
  t.is((await late).data.placeOrder.__typename, 'ScheduleNotOnSale');
});
