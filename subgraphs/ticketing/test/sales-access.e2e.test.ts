import { randomUUID } from 'node:crypto';
import type { TestViewer } from '@plaza/kit/test-kit/test-tokens';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import test from 'ava';
import { expireHolds } from '../src/hold/expire-holds.ts';
import { expireOrders } from '../src/order/expire-orders.ts';
import { paymentQueue } from '../src/order/payment-events.ts';
import { buildTicketingSchema } from '../src/schema.ts';
import { Sales } from './kit/sales.ts';
import { createSeededTicketing, type SeededTicketing, viewers } from './kit/seeded-ticketing.ts';

const people = {
  anonymous: undefined,
  owner: viewers.ana,
  otherCustomer: viewers.luis,
  seller: viewers.seller,
  supervisor: viewers.supervisor,
  administrator: { userId: demoAccounts.administrator.id, role: 'ADMINISTRATOR' },
} as const satisfies Record<string, TestViewer | undefined>;
type Person = keyof typeof people;

/**
 * What a field answers. `own`: something for oneself; `null`: as if it did not exist. `hidden`:
 * BAD_USER_INPUT, as for an id that nothing has.
 */
type Outcome = 'yes' | 'null' | 'hidden' | 'UNAUTHENTICATED' | 'FORBIDDEN';

interface Row {
  /** The document, about an order, ticket and hold of the owner. */
  readonly ask: (things: Things) => string;
  readonly outcomes: Readonly<Record<Person, Outcome>>;
}

interface Things {
  readonly holdId: string;
  readonly pendingOrderId: string;
  readonly ticketId: string;
  readonly sharedTicketId: string;
  readonly scheduleId: string;
  readonly seatId: string;
}

const everybody = row('yes', 'yes', 'yes', 'yes', 'yes', 'yes');
const loggedIn = row('UNAUTHENTICATED', 'yes', 'yes', 'yes', 'yes', 'yes');
const ownerOnly = row('UNAUTHENTICATED', 'yes', 'hidden', 'hidden', 'hidden', 'hidden');
const ownerElseNull = row('UNAUTHENTICATED', 'yes', 'null', 'null', 'null', 'null');
const ownerOrReader = row('UNAUTHENTICATED', 'yes', 'null', 'yes', 'yes', 'yes');
const writersOnly = row('UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'yes', 'yes', 'yes');
const operatorOnly = row(
  'UNAUTHENTICATED',
  ...(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'] as const),
  'yes',
);

const inQuotes = JSON.stringify;
const newKey = () => inQuotes(randomUUID());

/** Every field of sales at the root, and those on entities that not everybody may read. */
const table: Readonly<Record<string, Row>> = {
  'Query.ticketingDeadLetters': {
    outcomes: operatorOnly,
    ask: () => `{ ticketingDeadLetters(queue: "${paymentQueue}") { endCursor } }`,
  },
  'Mutation.replayTicketingDeadLetters': {
    outcomes: operatorOnly,
    ask: () => `mutation { replayTicketingDeadLetters(queue: "${paymentQueue}", ids: []) }`,
  },
  'Mutation.discardTicketingDeadLetters': {
    outcomes: operatorOnly,
    ask: () => `mutation { discardTicketingDeadLetters(queue: "${paymentQueue}", ids: []) }`,
  },
  'Query.hold': {
    outcomes: ownerElseNull,
    ask: ({ holdId }) => `{ hold(id: "${holdId}") { id } }`,
  },
  'Query.order': {
    outcomes: ownerOrReader,
    ask: ({ pendingOrderId }) => `{ order(id: "${pendingOrderId}") { id } }`,
  },
  'Query.ticket': {
    outcomes: ownerOrReader,
    ask: ({ ticketId }) => `{ ticket(id: "${ticketId}") { id } }`,
  },
  'Query.ticketPublicKeys': { outcomes: everybody, ask: () => '{ ticketPublicKeys { keyId } }' },
  'Mutation.holdSeats': {
    outcomes: loggedIn,
    ask: ({ scheduleId, seatId }) => `mutation { holdSeats(input: {
      scheduleId: "${scheduleId}", seatIds: ["${seatId}"], idempotencyKey: ${newKey()}
    }) { __typename } }`,
  },
  'Mutation.extendHold': {
    outcomes: ownerOnly,
    ask: ({ holdId }) => `mutation { extendHold(id: "${holdId}") { __typename } }`,
  },
  'Mutation.releaseHold': {
    outcomes: ownerOnly,
    ask: ({ holdId }) => `mutation { releaseHold(id: "${holdId}") { id } }`,
  },
  'Mutation.placeOrder': {
    outcomes: ownerOnly,
    ask: ({ holdId }) =>
      `mutation { placeOrder(input: { holdId: "${holdId}", idempotencyKey: ${newKey()} }) {
        __typename } }`,
  },
  'Mutation.cancelOrder': {
    outcomes: row('UNAUTHENTICATED', 'yes', 'hidden', 'yes', 'yes', 'yes'),
    ask: ({ pendingOrderId }) => `mutation { cancelOrder(id: "${pendingOrderId}") { __typename } }`,
  },
  'Mutation.sellAtBoxOffice': {
    outcomes: writersOnly,
    ask: ({ scheduleId, seatId }) => `mutation { sellAtBoxOffice(input: {
      scheduleId: "${scheduleId}", seatIds: ["${seatId}"], idempotencyKey: ${newKey()}
    }) { __typename } }`,
  },
  'Mutation.shareTicket': {
    outcomes: ownerOnly,
    ask: ({ ticketId }) =>
      `mutation { shareTicket(ticketId: "${ticketId}", userId: "${randomUUID()}") { __typename } }`,
  },
  'Mutation.unshareTicket': {
    outcomes: ownerOnly,
    ask: ({ sharedTicketId }) =>
      `mutation { unshareTicket(ticketId: "${sharedTicketId}") { __typename } }`,
  },
  'Mutation.reissueTicket': {
    outcomes: writersOnly,
    ask: ({ ticketId }) => `mutation { reissueTicket(ticketId: "${ticketId}") { __typename } }`,
  },
  'Ticket.entryCode': {
    outcomes: row('null', 'yes', 'null', 'null', 'null', 'null'),
    ask: ({ ticketId }) => entity('Ticket', ticketId, 'entryCode'),
  },
  'Ticket.rotatingSecret': {
    outcomes: row('null', 'yes', 'null', 'null', 'null', 'null'),
    ask: ({ ticketId }) => entity('Ticket', ticketId, 'rotatingSecret'),
  },
  'User.orders': {
    outcomes: row('UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'yes', 'yes', 'yes'),
    ask: () => entity('User', demoAccounts.ana.id, 'orders { totalCount }'),
  },
  'User.tickets': {
    outcomes: row('UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'yes', 'yes', 'yes'),
    ask: () => entity('User', demoAccounts.ana.id, 'tickets { totalCount }'),
  },
};

/** Root fields of the catalogue: test/catalogue-access.e2e.test.ts has their table. */
const catalogueFields = /event|venue|schedule|price|promo|categor|organizer|sales|completeS/i;

let ticketing: SeededTicketing;
let sales: Sales;
test.before(async () => {
  ticketing = await createSeededTicketing();
  sales = await Sales.on(ticketing, 'frontera-vs-deportivo-bahia');
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

test('has a row for every field of sales', async (t) => {
  const { schema } = await buildTicketingSchema();
  const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
    Object.keys(root?.getFields() ?? {})
      .filter((field) => !field.startsWith('_') && !catalogueFields.test(field))
      .map((field) => `${root?.name}.${field}`),
  );
  const missing = roots.filter((field) => !Object.hasOwn(table, field));
  t.deepEqual(missing, []);
  t.deepEqual(
    Object.keys(table)
      .filter((field) => /^(Query|Mutation)/.test(field))
      .sort(),
    roots.sort(),
  );
});

for (const [field, { ask, outcomes }] of Object.entries(table)) {
  test.serial(`${field} answers each person as the table says`, async (t) => {
    const wrong: string[] = [];
    for (const person of Object.keys(people) as Person[]) {
      const viewer = people[person];
      const query = ask(await makeThings(field));
      const { data, errors } = await ticketing.execute({ query, ...(viewer && { viewer }) });
      const got = outcomeOf(data, errors?.[0]?.extensions?.code);
      if (got !== outcomes[person]) wrong.push(`${person}: ${got}, not ${outcomes[person]}`);
    }
    t.deepEqual(wrong, []);
  });
}

/** Fresh things of the owner, as far as the field needs them. */
async function makeThings(field: string): Promise<Things> {
  // What one person keeps unpaid is bounded: those of the fields before have served.
  const later = new Date(sales.now.getTime() + 24 * 3_600_000);
  await expireHolds(sales.transactions, later);
  await expireOrders(sales.transactions, later);
  const [seatId = '', heldSeatId = ''] = sales.takeFreshSeats(2);
  const needs = (words: RegExp) => words.test(field);
  const hold = needs(/old\b|placeOrder/) ? (await sales.hold([heldSeatId])).data.holdSeats.id : '';
  const order = needs(/\.order$|cancelOrder/) ? (await sales.pendingOrder()).id : '';
  const ticket = needs(/icket/) ? await paidTicketId() : '';
  if (needs(/unshare/)) {
    const query = `mutation { shareTicket(ticketId: "${ticket}", userId: "${randomUUID()}") {
      __typename } }`;
    await ticketing.execute({ query, viewer: people.owner });
  }
  return {
    ...{ holdId: hold, pendingOrderId: order, ticketId: ticket, sharedTicketId: ticket },
    ...{ scheduleId: sales.schedule.id, seatId },
  };
}

async function paidTicketId(): Promise<string> {
  const { id } = await sales.paidOrder();
  return (await sales.ticketsOf(id))[0]?.id ?? '';
}

function outcomeOf(data: Record<string, unknown> | null | undefined, code: unknown): Outcome {
  if (code === 'BAD_USER_INPUT') return 'hidden';
  if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') return code;
  if (code !== undefined || data == null) throw new Error(`Neither data nor refusal: ${code}`);
  return hasValue(Object.values(data)[0]) ? 'yes' : 'null';
}

/** False for null, and for an entity that is null or whose one field is. */
function hasValue(value: unknown): boolean {
  if (value == null) return false;
  const [first] = Array.isArray(value) ? value : [true];
  if (first === null) return false;
  return typeof first !== 'object' || Object.values(first).every((field) => field !== null);
}

function entity(type: string, id: string, selection: string): string {
  return `{ _entities(representations: [{ __typename: "${type}", id: "${id}" }]) {
    ... on ${type} { ${selection} } } }`;
}

function row(
  ...[anonymous, owner, otherCustomer, seller, supervisor, administrator]: [
    ...[Outcome, Outcome, Outcome, Outcome, Outcome, Outcome],
  ]
): Row['outcomes'] {
  return { anonymous, owner, otherCustomer, seller, supervisor, administrator };
}
