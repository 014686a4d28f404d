import { randomUUID } from 'node:crypto';
import { openPubSub } from '@plaza/pub-sub/open-pub-sub';
import type { PubSub } from '@plaza/pub-sub/pub-sub';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import {
  availabilityTopic,
  orderTopic,
  paymentTopic,
  seatTopic,
  ticketsTopic,
} from '@plaza/schema/topics';
import anyTest from 'ava';
import { browseAll, Person } from './purchase/buyer.ts';
import { queryRows } from './purchase/databases.ts';
import { GraphClient } from './purchase/graph-client.ts';
import { type Followed, LiveSocket } from './purchase/live-socket.ts';
import { shareTicketMutation } from './purchase/operations.ts';
import { type PurchasePlatform, startPurchasePlatform } from './purchase/purchase-platform.ts';
import { until } from './purchase/until.ts';

// What everybody hears of the live fields, at the gateway.
const test = anyTest.serial;

const actors = [
  'anonymous',
  'buyer',
  'stranger',
  'gateStaff',
  'seller',
  'supervisor',
  'administrator',
] as const;
type Actor = (typeof actors)[number];

/**
 * `event`, `nothing` or an error's code for each actor in the order above. `announcement` is what the
 * subgraph that owns the field says; a field that is asked for alone is not joined with anything, so
 * that nobody's silence is owed to another check than the gateway's.
 */
interface Row {
  readonly field: string;
  readonly selection: string;
  readonly announcement: () => readonly [topic: string, payload: object];
  readonly outcomes: string;
}

const rows: readonly Row[] = [
  {
    field: 'seatChanged of a performance that is public',
    selection: 'seatChanged(scheduleId: $publicId) { seatId state }',
    announcement: () => [seatTopic(known.publicId), { ...seat, isPublic: true }],
    outcomes: 'event event event event event event event',
  },
  {
    field: 'seatChanged of a performance that staff prepares',
    selection: 'seatChanged(scheduleId: $hiddenId) { seatId state }',
    announcement: () => [seatTopic(known.hiddenId), { ...seat, isPublic: false }],
    outcomes: 'nothing nothing nothing nothing nothing event event',
  },
  {
    field: 'scheduleAvailability of a performance that is public',
    selection: 'scheduleAvailability(scheduleId: $publicId) { id }',
    announcement: () => [
      availabilityTopic(known.publicId),
      { id: known.publicId, sectionId: seat.sectionId, isPublic: true },
    ],
    outcomes: 'event event event event event event event',
  },
  {
    field: 'scheduleAvailability of a performance that staff prepares',
    selection: 'scheduleAvailability(scheduleId: $hiddenId) { id }',
    announcement: () => [
      availabilityTopic(known.hiddenId),
      { id: known.hiddenId, sectionId: seat.sectionId, isPublic: false },
    ],
    outcomes: 'nothing nothing nothing nothing nothing event event',
  },
  {
    field: 'orderChanged',
    selection: 'orderChanged(id: $orderId) { id }',
    announcement: () => [
      orderTopic(known.orderId),
      { id: known.orderId, buyerId: known.buyerId, status: 'PAID' },
    ],
    outcomes: 'UNAUTHENTICATED event nothing nothing event event event',
  },
  {
    field: 'orderChanged of an order of the counter, which nobody has bought',
    selection: 'orderChanged(id: $counterId) { id }',
    announcement: () => [
      orderTopic(known.counterId),
      { id: known.counterId, buyerId: null, status: 'PAID' },
    ],
    outcomes: 'UNAUTHENTICATED nothing nothing nothing event event event',
  },
  {
    field: 'paymentChanged',
    selection: 'paymentChanged(id: $paymentId) { id }',
    announcement: () => [
      paymentTopic(known.paymentId),
      { id: known.paymentId, orderId: known.orderId, payerId: known.buyerId, status: 'CAPTURED' },
    ],
    outcomes: 'UNAUTHENTICATED event nothing nothing event event event',
  },
  {
    field: 'myTicketsChanged',
    selection: 'myTicketsChanged { id }',
    announcement: () => [
      ticketsTopic(known.buyerId),
      { id: known.ticketId, holderId: known.buyerId, status: 'ISSUED' },
    ],
    outcomes: 'UNAUTHENTICATED event nothing nothing nothing nothing nothing',
  },
];

const seat = { seatId: 's', sectionId: 'x', state: 'HELD' };
let platform: PurchasePlatform;
let client: GraphClient;
let subgraph: PubSub;
let people: Readonly<Record<Actor, Person | undefined>>;
let known: Readonly<
  Record<
    'publicId' | 'hiddenId' | 'orderId' | 'counterId' | 'paymentId' | 'ticketId' | 'buyerId',
    string
  >
>;
let freeSeats: Readonly<Record<'public' | 'hidden', readonly string[]>>;

anyTest.before(async (t) => {
  t.timeout(180_000);
  platform = await startPurchasePlatform();
  client = new GraphClient(platform.url);
  const log = { debug: () => undefined, warn: () => undefined };
  subgraph = await openPubSub(platform.pubSubUrl, { log, publishTimeoutMs: 20_000 });
  const [open, prepared] = await browseAll(client);
  if (open === undefined || prepared === undefined) throw new Error('Two must be on sale');
  await queryRows(
    platform.databases.ticketing ?? '',
    `UPDATE schedules SET published_at = NULL WHERE id = '${prepared.scheduleId}'`,
  );
  const [buyer, stranger] = [await Person.register(client), await Person.register(client)];
  const logIn = (who: keyof typeof demoAccounts) => Person.logIn(client, demoAccounts[who].email);
  people = {
    anonymous: undefined,
    buyer,
    stranger,
    gateStaff: await logIn('gateStaff'),
    seller: await logIn('seller'),
    supervisor: await logIn('supervisor'),
    administrator: await logIn('administrator'),
  };
  const [first = ''] = open.freeSeatIds;
  const { id: orderId } = await buyer.orderSeats(open.scheduleId, [first]);
  await buyer.pay(orderId, 'tok_instant');
  const paid = await buyer.untilOrder(orderId, 'PAID');
  freeSeats = { public: open.freeSeatIds.slice(1), hidden: prepared.freeSeatIds };
  known = {
    publicId: open.scheduleId,
    hiddenId: prepared.scheduleId,
    orderId,
    counterId: randomUUID(),
    paymentId: paid.payment.id,
    ticketId: paid.tickets.nodes[0].id,
    buyerId: buyer.id,
  };
});

anyTest.beforeEach((t) => t.timeout(120_000));
anyTest.after.always(async () => {
  await subgraph?.close();
  await platform?.[Symbol.asyncDispose]();
});

for (const { field, selection, announcement, outcomes } of rows) {
  test(`${field}: ${outcomes}`, async (t) => {
    const expected = outcomes.split(' ');
    await using sockets = new AsyncDisposableStack();
    const followed = actors.map((actor) => {
      const socket = sockets.use(new LiveSocket(platform.url, people[actor]?.token));
      const asked = socket.follow(operationOf(selection), variablesOf(selection));
      return {
        asked,
        mark: socket.follow('subscription { seatChanged(scheduleId: "mark") { seatId } }', {}),
      };
    });
    const hears = (index: number): boolean => expected[index] === 'event';
    await until('all who may to hear', async () => {
      await subgraph.publish(...announcement());
      const isHeard = followed.every(({ asked }, index) => !hears(index) || asked.events > 0);
      return isHeard || undefined;
    });
    // One announcement more, and then something that everybody hears: what comes not before never comes.
    await subgraph.publish(...announcement());
    await until('the mark', async () => {
      await subgraph.publish(seatTopic('mark'), { ...seat, scheduleId: 'mark', isPublic: true });
      return followed.every(({ mark }) => mark.events > 0) || undefined;
    });
    const found = followed.map(
      ({ asked: { errorCode, events } }) => errorCode ?? (events > 0 ? 'event' : 'nothing'),
    );
    t.deepEqual(
      Object.fromEntries(actors.map((actor, index) => [actor, found[index]])),
      Object.fromEntries(actors.map((actor, index) => [actor, expected[index]])) as never,
    );
  });
}

test('a purchase tells its buyer each step, and everybody of the seats', async (t) => {
  const [buyer, stranger] = [personOf('buyer'), personOf('stranger')];
  const [seatId = ''] = freeSeats.public;
  await using own = new LiveSocket(platform.url, buyer.token);
  await using other = new LiveSocket(platform.url, stranger.token);
  const order = await buyer.orderSeats(known.publicId, [seatId]);
  const step = 'id status buyer { name } tickets(first: 12) { nodes { status } }';
  const live = 'subscription Live($id: ID!) ';
  const changes = own.follow(`${live} { orderChanged(id: $id) { ${step} } }`, { id: order.id });
  const silence = other.follow(`${live} { orderChanged(id: $id) { ${step} } }`, { id: order.id });
  const tickets = own.follow('subscription { myTicketsChanged { status order { id } } }');
  const seats = other.follow(`${live} { seatChanged(scheduleId: $id) { seatId state } }`, {
    id: known.publicId,
  });
  await untilListening([changes, orderTopic(order.id), { id: order.id, buyerId: known.buyerId }]);
  const ticket = { id: known.ticketId, holderId: known.buyerId };
  await untilListening([tickets, ticketsTopic(known.buyerId), ticket]);
  await untilListening([seats, seatTopic(known.publicId), { ...seat, isPublic: true }]);
  await buyer.pay(order.id, 'tok_instant');
  const paid = await until('the order to be paid', async () =>
    changes.data.map(({ orderChanged }) => orderChanged).find(({ status }) => status === 'PAID'),
  );
  t.like(paid, { id: order.id, buyer: { name: 'A Buyer' } });
  t.deepEqual(paid.tickets.nodes, [{ status: 'ISSUED' }]);
  await until(
    'the ticket',
    async () =>
      tickets.data.some(({ myTicketsChanged }) => myTicketsChanged.order.id === order.id) ||
      undefined,
  );
  const [next = ''] = freeSeats.public.slice(1);
  await buyer.hold(known.publicId, [next]);
  const held = await until('the seat', async () =>
    seats.data.find(({ seatChanged }) => seatChanged.seatId === next),
  );
  t.deepEqual(held, { seatChanged: { seatId: next, state: 'HELD' } });
  t.deepEqual(
    [changes, tickets, seats].map(({ errorCode }) => errorCode),
    [undefined, undefined, undefined],
  );
  t.deepEqual([silence.events, silence.errorCode], [0, undefined]);
});

test('who held a ticket before learns that it is gone, and nothing of it', async (t) => {
  const [buyer, stranger] = [personOf('buyer'), personOf('stranger')];
  await using socket = new LiveSocket(platform.url, stranger.token);
  const mine = socket.follow('subscription { myTicketsChanged { id status } }');
  await untilListening([mine, ticketsTopic(stranger.id), null]);
  const before = mine.events;
  await buyer.ask(shareTicketMutation, { ticketId: known.ticketId, userId: stranger.id });
  await until(
    'the ticket',
    async () => mine.data.slice(before).at(-1)?.myTicketsChanged ?? undefined,
  );
  const { unshareTicket } = await buyer.ask(
    'mutation Unshare($id: ID!) { unshareTicket(ticketId: $id) { __typename } }',
    { id: known.ticketId },
  );
  t.is(unshareTicket.__typename, 'Ticket');
  await until('the loss', async () => mine.data.at(-1)?.myTicketsChanged === null || undefined);
  t.is(mine.errorCode, undefined);
});

test('seats of a performance that staff prepares are announced to staff alone', async (t) => {
  const [stranger, supervisor] = [personOf('stranger'), personOf('supervisor')];
  const [seatId = ''] = freeSeats.hidden;
  await using staff = new LiveSocket(platform.url, supervisor.token);
  await using outside = new LiveSocket(platform.url, stranger.token);
  const live = 'subscription Live($id: ID!) { seatChanged(scheduleId: $id) { seatId state } }';
  const seen = staff.follow(live, { id: known.hiddenId });
  const unseen = outside.follow(live, { id: known.hiddenId });
  await untilListening([unseen, seatTopic(known.hiddenId), { ...seat, isPublic: true }]);
  await untilListening([seen, seatTopic(known.hiddenId), { ...seat, isPublic: true }]);
  await supervisor.hold(known.hiddenId, [seatId]);
  await until('the seat', async () =>
    seen.data.find(({ seatChanged }) => seatChanged.seatId === seatId),
  );
  const count = unseen.events;
  await until('a mark', async () => {
    await subgraph.publish(seatTopic(known.hiddenId), { ...seat, isPublic: true });
    return unseen.events > count || undefined;
  });
  t.true(unseen.data.every(({ seatChanged }) => seatChanged.seatId === seat.seatId));
});

function personOf(actor: Actor): Person {
  const person = people[actor];
  if (person === undefined) throw new Error(`${actor} has no account`);
  return person;
}

/** Announces what nobody takes for the real thing until the subscription hears it. */
async function untilListening([followed, topic, payload]: readonly [
  Followed,
  topic: string,
  payload: object | null,
]): Promise<void> {
  await until('the gateway to listen', async () => {
    await subgraph.publish(topic, payload);
    return followed.events > 0 || undefined;
  });
}

function operationOf(selection: string): string {
  const names = Object.keys(variablesOf(selection));
  const declared = names.length === 0 ? '' : `(${names.map((name) => `$${name}: ID!`).join(', ')})`;
  return `subscription Live${declared} { ${selection} }`;
}

function variablesOf(selection: string): Record<string, string> {
  const names = [...selection.matchAll(/\$(\w+)/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, known[name as keyof typeof known]]));
}
