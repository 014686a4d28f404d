import { seatTopic } from '@plaza/schema/topics';
import test from 'ava';
import { expireHolds } from '../src/hold/expire-holds.ts';
import { Sales } from './kit/sales.ts';
import {
  createSeededTicketing,
  type SeededTicketing,
  seededAt,
  viewers,
} from './kit/seeded-ticketing.ts';

let ticketing: SeededTicketing;
let sales: Sales;
test.before(async () => {
  ticketing = await createSeededTicketing();
  sales = await Sales.on(ticketing, 'frontera-vs-deportivo-bahia');
});
test.afterEach.always(() => {
  ticketing.clock.now = seededAt;
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

function passMinutes(minutes: number): void {
  ticketing.clock.now = new Date(seededAt.getTime() + minutes * 60_000);
}

const extendMutation = (id: string) => `mutation { extendHold(id: "${id}") {
  __typename ... on SeatHold { id status expiresAt } ... on HoldEnded { holdStatus }
} }`;

test.serial('holds seats for the time of the performance, all or none', async (t) => {
  const [first = '', second = '', third = ''] = sales.takeFreshSeats(3);
  const mine = await sales.hold([first, second]);
  t.is(mine.errors, undefined);
  t.like(mine.data.holdSeats, {
    __typename: 'SeatHold',
    status: 'ACTIVE',
    expiresAt: new Date(seededAt.getTime() + sales.schedule.holdMinutes * 60_000).toISOString(),
  });
  const late = await sales.hold([second, third], viewers.luis);
  t.deepEqual(late.data.holdSeats, { __typename: 'SeatsTaken', seats: [{ id: second }] });
  const free = await sales.hold([third], viewers.luis);
  t.is(free.data.holdSeats.__typename, 'SeatHold', 'nothing was left of the one that failed');
});

test.serial(
  'finds the same hold for the same key, and refuses the key for other seats',
  async (t) => {
    const [first = '', second = ''] = sales.takeFreshSeats(2);
    const key = sales.nextKey();
    const [a, b] = await Promise.all([
      sales.hold([first], viewers.ana, key),
      sales.hold([first], viewers.ana, key),
    ]);
    t.is(a.data.holdSeats.id, b.data.holdSeats.id);
    const other = await sales.hold([second], viewers.ana, key);
    t.is(other.errors?.[0]?.extensions?.field, 'idempotencyKey');
  },
);

test.serial('refuses more than twelve seats, a seat twice, and seats of elsewhere', async (t) => {
  const many = await sales.hold(sales.takeFreshSeats(13));
  t.deepEqual(many.data.holdSeats, { __typename: 'TooManySeats', seatsMax: 12 });
  const [seat = ''] = sales.takeFreshSeats(1);
  const twice = await sales.hold([seat, seat.toUpperCase()]);
  t.is(twice.errors?.[0]?.extensions?.field, 'seatIds');
  const elsewhere = await ticketing.database.seat.findFirstOrThrow({
    where: { section: { venue: { type: 'THEATER' } } },
  });
  const wrong = await sales.hold([elsewhere.id]);
  t.is(wrong.errors?.[0]?.extensions?.field, 'seatIds');
});

test.serial('keeps at most twice a hold for one person, in holds and unpaid orders', async (t) => {
  const viewer = viewers.supervisor;
  const order = await sales.pendingOrder(12, viewer);
  const outcomes = await Promise.all(
    [7, 7, 7].map(async (count) => {
      const { data } = await sales.hold(sales.takeFreshSeats(count), viewer);
      return data.holdSeats;
    }),
  );
  const refused = outcomes.filter(({ __typename }) => __typename === 'TooManySeats');
  t.deepEqual(refused, [
    { __typename: 'TooManySeats', seatsMax: 5 },
    { __typename: 'TooManySeats', seatsMax: 5 },
  ]);
  const rest = await sales.hold(sales.takeFreshSeats(5), viewer);
  t.is(rest.data.holdSeats.__typename, 'SeatHold');
  const none = await sales.hold(sales.takeFreshSeats(1), viewer);
  t.deepEqual(none.data.holdSeats, { __typename: 'TooManySeats', seatsMax: 0 });
  await sales.capture(order);
  const next = await sales.hold(sales.takeFreshSeats(12), viewer);
  t.is(next.data.holdSeats.__typename, 'SeatHold', 'what is paid is not kept from anybody');
});

test.serial('refuses a performance that is not on sale', async (t) => {
  ticketing.clock.now = sales.schedule.offSaleAt;
  const { data } = await sales.hold(sales.takeFreshSeats(1));
  t.deepEqual(data.holdSeats, { __typename: 'ScheduleNotOnSale', phase: 'ENDED' });
});

test.serial('lets somebody else take over seats whose hold has run out', async (t) => {
  const seats = sales.takeFreshSeats(2);
  const first = await sales.hold(seats);
  passMinutes(sales.schedule.holdMinutes);
  const second = await sales.hold(seats, viewers.luis);
  t.is(second.data.holdSeats.__typename, 'SeatHold');
  const late = await sales.order(first.data.holdSeats.id);
  t.deepEqual(late.data.placeOrder, { __typename: 'HoldEnded', holdStatus: 'EXPIRED' });
  while (await expireHolds(sales.transactions, ticketing.clock.now));
  const kept = await sales.order(second.data.holdSeats.id, viewers.luis);
  t.is(kept.data.placeOrder.__typename, 'Order', 'tidying up took nothing from the second');
});

test.serial('extends a hold up to two hours in all, and not after its end', async (t) => {
  const { data } = await sales.hold(sales.takeFreshSeats(1));
  const { id } = data.holdSeats;
  const extend = async () => {
    const query = extendMutation(id);
    return (await ticketing.execute({ query, viewer: viewers.ana })).data.extendHold;
  };
  const step = sales.schedule.holdMinutes - 1;
  for (let minutes = step; minutes < 118; minutes += step) {
    passMinutes(minutes);
    t.is((await extend()).__typename, 'SeatHold');
  }
  const last = await extend();
  t.is(last.expiresAt, new Date(seededAt.getTime() + 120 * 60_000).toISOString());
  passMinutes(120);
  t.deepEqual(await extend(), { __typename: 'HoldEnded', holdStatus: 'EXPIRED' });
});

test.serial('frees the seats of a released hold at once, and tells who watches', async (t) => {
  const [seat = ''] = sales.takeFreshSeats(1);
  const heard = await ticketing.messaging.pubSub.subscribe(seatTopic(sales.schedule.id));
  const { data } = await sales.hold([seat]);
  const query = `mutation { releaseHold(id: "${data.holdSeats.id}") { status } }`;
  const released = await ticketing.execute({ query, viewer: viewers.ana });
  t.is(released.data.releaseHold.status, 'RELEASED');
  const states: string[] = [];
  for await (const payload of heard) {
    const { seatId, state } = payload as { seatId: string; state: string };
    if (seatId === seat) states.push(state);
    if (states.length === 2) break;
  }
  t.deepEqual(states, ['HELD', 'FREE']);
  t.is((await sales.hold([seat], viewers.luis)).data.holdSeats.__typename, 'SeatHold');
});
