import { createDatabaseAdapter } from '@plaza/kit/database';
import test from 'ava';
import { pino } from 'pino';
import { PrismaClient } from '../src/generated/prisma/client.ts';
import { PurchaseQueue } from '../src/purchase-queue.ts';
import { Sales } from './kit/sales.ts';
import { createSeededTicketing, type SeededTicketing, viewers } from './kit/seeded-ticketing.ts';

let ticketing: SeededTicketing;
let sales: Sales;
test.before(async () => {
  ticketing = await createSeededTicketing({ answerTimeoutMs: 400 });
  sales = await Sales.on(ticketing, 'frontera-vs-deportivo-bahia');
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

/** Holds a table still, so that purchases wait, until it is told to let go. */
async function block(table: 'seat_holds' | 'orders'): Promise<{ release(): Promise<void> }> {
  const [locked, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const blocking = ticketing.database.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe(`LOCK TABLE ${table} IN EXCLUSIVE MODE`);
      locked.resolve();
      await end.promise;
    },
    { timeout: 30_000 },
  );
  await Promise.race([locked.promise, blocking]);
  return {
    release() {
      end.resolve();
      return blocking;
    },
  };
}

test.serial(
  'who holds seats in a rush is told in time, and the same key finds the hold',
  async (t) => {
    const [seatId = ''] = sales.takeFreshSeats(1);
    const key = sales.nextKey();
    const blocked = await block('seat_holds');
    const late = await sales.hold([seatId], viewers.ana, key);
    t.is(late.errors?.[0]?.extensions?.code, 'RATE_LIMITED');
    t.regex(late.errors?.[0]?.message ?? '', /same idempotencyKey/);
    await blocked.release();
    const again = await sales.hold([seatId], viewers.ana, key);
    t.like(again.data.holdSeats, { __typename: 'SeatHold', seats: [{ id: seatId }] });
    const where = { holderId: viewers.ana.userId, idempotencyKey: key };
    t.is(await ticketing.database.seatHold.count({ where }), 1);
  },
);

test.serial('who orders in a rush is told in time, and the same key finds the order', async (t) => {
  const { data } = await sales.hold(sales.takeFreshSeats(1));
  const holdId: string = data.holdSeats.id;
  const idempotencyKey = sales.nextKey();
  const blocked = await block('orders');
  const late = await sales.order(holdId, viewers.ana, { idempotencyKey });
  t.is(late.errors?.[0]?.extensions?.code, 'RATE_LIMITED');
  await blocked.release();
  const again = await sales.order(holdId, viewers.ana, { idempotencyKey });
  t.is(again.data.placeOrder.__typename, 'Order');
  t.is(await ticketing.database.order.count({ where: { holdId } }), 1);
});

test.serial('a database without a free connection is no fault of the service', async (t) => {
  const limits = { databasePoolMax: 1, databaseConnectTimeoutMs: 100 };
  const adapter = createDatabaseAdapter('narrow', { ...ticketing.config, ...limits });
  const narrow = new PrismaClient({ adapter });
  t.teardown(() => narrow.$disconnect());
  const end = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const only = narrow.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1`;
    begun.resolve();
    await end.promise;
  });
  await begun.promise;
  const queue = new PurchaseQueue({ databasePoolMax: 10 }, pino({ level: 'silent' }));
  const busy = { code: 'RATE_LIMITED', message: /same idempotencyKey/ };
  await t.throwsAsync(
    queue.run(() => narrow.$transaction((tx) => tx.order.count(), { maxWait: 10 })),
    busy,
  );
  await t.throwsAsync(
    queue.run(() => narrow.order.count()),
    busy,
  );
  end.resolve();
  await only;
  await t.throwsAsync(
    queue.run(() =>
      narrow.$transaction((tx) => tx.$queryRaw`SELECT pg_sleep(1)::text`, { timeout: 50 }),
    ),
    busy,
  );
  await t.throwsAsync(
    queue.run(() => Promise.reject(new Error('another fault'))),
    { message: 'another fault' },
  );
});
