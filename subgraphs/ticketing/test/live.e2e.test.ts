import type { Viewer } from '@plaza/kit/auth/viewer';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import test from 'ava';
import type { ExecutionResult } from 'graphql';
import { announceOrder } from '../src/live/announce.ts';
import { Sales } from './kit/sales.ts';
import {
  createSeededTicketing,
  type SeededTicketing,
  seededAt,
  viewers,
} from './kit/seeded-ticketing.ts';
import { codeOf, watchAs } from './kit/watch-as.ts';

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

const ana: Viewer = { userId: demoAccounts.ana.id, roles: new Set(), scopes: new Set() };
const luis: Viewer = { ...ana, userId: demoAccounts.luis.id };
const reader: Viewer = { ...luis, scopes: new Set(['order:read']) };

const watch = (query: string, viewer?: Viewer) => watchAs(sales, query, viewer);

/** The first event that fits; what was announced before the subscription may still come. */
async function firstThat(
  watching: ReturnType<typeof watch>,
  fits: (data: Record<string, Record<string, unknown>>) => boolean,
) {
  for await (const { data, errors } of (await watching) as AsyncIterable<ExecutionResult>) {
    if (errors !== undefined) throw errors[0] ?? new Error('An event without data');
    const fields = data as Record<string, Record<string, unknown>>;
    if (fits(fields)) return fields;
  }
  throw new Error('The subscription ended');
}

/** The data of the events one by one. */
async function eventsOf(watching: ReturnType<typeof watch>) {
  const events = (await watching) as AsyncGenerator<ExecutionResult>;
  return {
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields its query selects
    async next(): Promise<any> {
      const { value } = await events.next();
      return value.data;
    },
    close: () => events.return(undefined),
  };
}

test.serial('reads the fields of each event anew, at its own instant', async (t) => {
  const { id, offSaleAt } = sales.schedule;
  const [first = '', second = ''] = sales.takeFreshSeats(2);
  const fields = '{ salePhase availability { free } }';
  const events = await eventsOf(watch(`scheduleAvailability(scheduleId: "${id}") ${fields}`));
  const next = async () => (await events.next()).scheduleAvailability;
  await sales.hold([first]);
  const before = await next();
  const { data } = await sales.hold([second]);
  const { free } = before.availability;
  t.is(before.salePhase, 'ON_SALE');
  t.is((await next()).availability.free, free - 1);
  const query = `mutation { releaseHold(id: "${data.holdSeats.id}") { id } }`;
  await ticketing.execute({ query, viewer: viewers.ana });
  t.is((await next()).availability.free, free);
  await sales.hold([second]);
  ticketing.clock.now = offSaleAt;
  t.is((await next()).salePhase, 'ENDED');
  await events.close();
});

test.serial('shows the code of a ticket that an earlier event showed unpaid', async (t) => {
  const order = await sales.pendingOrder();
  const fields = '{ status tickets { nodes { status entryCode } } }';
  const events = await eventsOf(watch(`orderChanged(id: "${order.id}") ${fields}`, ana));
  await sales.transactions.run(async (work) => announceOrder(work, order));
  const waiting = await events.next();
  t.deepEqual(waiting.orderChanged.tickets.nodes, [{ status: 'PENDING_PAYMENT', entryCode: null }]);
  await sales.capture(order);
  let { orderChanged } = await events.next();
  while (orderChanged.status !== 'PAID') ({ orderChanged } = await events.next());
  const [ticket] = orderChanged.tickets.nodes;
  t.is(ticket.status, 'ISSUED');
  t.is(typeof ticket.entryCode, 'string');
  await events.close();
});

test.serial('shows everybody the seats and counts of a performance', async (t) => {
  const { id } = sales.schedule;
  const seats = await watch(`seatChanged(scheduleId: "${id}") { seatId sectionId state }`);
  const counts = await watch(`scheduleAvailability(scheduleId: "${id}") { id }`);
  const [seatId = ''] = sales.takeFreshSeats(1);
  await sales.hold([seatId]);
  const change = await firstThat(
    Promise.resolve(seats),
    ({ seatChanged }) => seatChanged?.seatId === seatId,
  );
  t.is(change.seatChanged?.state, 'HELD');
  await firstThat(
    Promise.resolve(counts),
    ({ scheduleAvailability }) => scheduleAvailability?.id === id,
  );
  t.is(
    await codeOf(watch(`seatChanged(scheduleId: "${sales.nextKey()}") { state }`)),
    'BAD_USER_INPUT',
  );
});

test.serial('shows an order to its buyer and to the scope order:read alone', async (t) => {
  const order = await sales.pendingOrder();
  const query = `orderChanged(id: "${order.id}") { status }`;
  t.is(await codeOf(watch(query)), 'UNAUTHENTICATED');
  t.is(await codeOf(watch(query, luis)), 'BAD_USER_INPUT');
  const watching = [watch(query, ana), watch(query, reader)];
  await Promise.all(watching);
  await sales.capture(order);
  for (const each of watching) {
    await firstThat(each, ({ orderChanged }) => orderChanged?.status === 'PAID');
  }
  t.pass();
});

test.serial('tells a person of a ticket that is shared with them', async (t) => {
  t.is(await codeOf(watch('myTicketsChanged { id }')), 'UNAUTHENTICATED');
  const order = await sales.paidOrder();
  const [ticket] = await sales.ticketsOf(order.id);
  const watching = watch('myTicketsChanged { id isShared entryCode }', luis);
  await watching;
  const query = `mutation { shareTicket(
    ticketId: "${ticket?.id}", userId: "${demoAccounts.luis.id}"
  ) { __typename } }`;
  await ticketing.execute({ query, viewer: viewers.ana });
  const { myTicketsChanged } = await firstThat(watching, () => true);
  t.like(myTicketsChanged, { id: ticket?.id, isShared: true });
  t.is(typeof myTicketsChanged?.entryCode, 'string');
});

test.serial('answers a subscription that is sent as a query with nothing', async (t) => {
  const order = await sales.pendingOrder();
  for (const field of [
    `orderChanged(id: "${order.id}") { status }`,
    `scheduleAvailability(scheduleId: "${sales.schedule.id}") { id }`,
    `seatChanged(scheduleId: "${sales.schedule.id}") { state }`,
    'myTicketsChanged { id }',
  ]) {
    for (const viewer of [undefined, viewers.ana, viewers.luis]) {
      const query = `subscription { ${field} }`;
      const { data, errors } = await ticketing.execute({ query, ...(viewer && { viewer }) });
      t.falsy(data && Object.values(data)[0]);
      t.is(errors?.[0]?.extensions?.code, 'BAD_REQUEST', field);
    }
  }
});
