import { randomUUID } from 'node:crypto';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import anyTest from 'ava';
import { browse, Person } from './purchase/buyer.ts';
import { GraphClient } from './purchase/graph-client.ts';
import { type PurchasePlatform, startPurchasePlatform } from './purchase/purchase-platform.ts';

// What one order of one buyer gives and allows to everybody, asked at the gateway.
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
 * A result's type, an error's code, `value` or `null` for each actor in the order above; `-` where the
 * act is allowed and would change what the others are asked about: the journeys do it.
 */
interface Row {
  readonly field: string;
  readonly operation: string;
  /** Where in the data the outcome is. */
  readonly path: readonly string[];
  readonly outcomes: string;
}

const staffReads = 'UNAUTHENTICATED value null null value value value';
const rows: readonly Row[] = [
  {
    field: 'order.status',
    operation: 'query Ask($paidId: ID!) { order(id: $paidId) { status } }',
    path: ['order', 'status'],
    outcomes: staffReads,
  },
  {
    field: 'order.payment.status',
    operation: 'query Ask($paidId: ID!) { order(id: $paidId) { payment { status } } }',
    path: ['order', 'payment', 'status'],
    outcomes: staffReads,
  },
  {
    field: 'order.payment.order.tickets',
    operation:
      'query Ask($paidId: ID!) { order(id: $paidId) { payment { order { tickets { nodes { id } } } } } }',
    path: ['order', 'payment', 'order', 'tickets'],
    outcomes: staffReads,
  },
  {
    field: 'order.buyer.email',
    operation: 'query Ask($paidId: ID!) { order(id: $paidId) { buyer { email } } }',
    path: ['order', 'buyer', 'email'],
    outcomes: 'UNAUTHENTICATED value null null null value value',
  },
  {
    field: 'ticket.entryCode',
    operation: 'query Ask($ticketId: ID!) { ticket(id: $ticketId) { entryCode } }',
    path: ['ticket', 'entryCode'],
    outcomes: 'UNAUTHENTICATED value null null null null null',
  },
  {
    field: 'order.tickets.rotatingSecret',
    operation:
      'query Ask($paidId: ID!) { order(id: $paidId) { tickets { nodes { rotatingSecret } } } }',
    path: ['order', 'tickets', 'nodes', '0', 'rotatingSecret'],
    outcomes: 'UNAUTHENTICATED value null null null null null',
  },
  {
    field: 'payment.order.status',
    operation: 'query Ask($paymentId: ID!) { payment(id: $paymentId) { order { status } } }',
    path: ['payment', 'order', 'status'],
    outcomes: staffReads,
  },
  {
    field: 'payments',
    operation: 'query Ask { payments(first: 1) { nodes { id } } }',
    path: ['payments'],
    outcomes: 'UNAUTHENTICATED FORBIDDEN FORBIDDEN FORBIDDEN value value value',
  },
  {
    field: 'user.orders',
    operation:
      'query Ask($buyerId: ID!) { user(id: $buyerId) { orders(first: 1) { nodes { id } } } }',
    path: ['user', 'orders'],
    outcomes: 'UNAUTHENTICATED value FORBIDDEN FORBIDDEN FORBIDDEN value value',
  },
  {
    field: 'placeOrder of the buyer’s hold',
    operation:
      'mutation Ask($holdId: ID!, $key: String!) { placeOrder(input: { holdId: $holdId, idempotencyKey: $key }) { __typename } }',
    path: ['placeOrder', '__typename'],
    outcomes:
      'UNAUTHENTICATED - BAD_USER_INPUT BAD_USER_INPUT BAD_USER_INPUT BAD_USER_INPUT BAD_USER_INPUT',
  },
  {
    field: 'payOrder of the buyer’s order',
    operation:
      'mutation Ask($pendingId: ID!, $key: String!) { payOrder(orderId: $pendingId, cardToken: "tok_visa", idempotencyKey: $key) { __typename } }',
    path: ['payOrder', '__typename'],
    outcomes: 'UNAUTHENTICATED - FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN',
  },
  {
    field: 'cancelOrder of a paid order',
    operation: 'mutation Ask($paidId: ID!) { cancelOrder(id: $paidId) { __typename } }',
    path: ['cancelOrder', '__typename'],
    outcomes: 'UNAUTHENTICATED OrderNotCancellable BAD_USER_INPUT BAD_USER_INPUT - - -',
  },
  {
    field: 'shareTicket of the buyer’s ticket',
    operation:
      'mutation Ask($ticketId: ID!, $strangerId: ID!) { shareTicket(ticketId: $ticketId, userId: $strangerId) { __typename } }',
    path: ['shareTicket', '__typename'],
    outcomes:
      'UNAUTHENTICATED - BAD_USER_INPUT BAD_USER_INPUT BAD_USER_INPUT BAD_USER_INPUT BAD_USER_INPUT',
  },
  {
    field: 'reissueTicket',
    operation: 'mutation Ask($ticketId: ID!) { reissueTicket(ticketId: $ticketId) { __typename } }',
    path: ['reissueTicket', '__typename'],
    outcomes: 'UNAUTHENTICATED FORBIDDEN FORBIDDEN FORBIDDEN - - -',
  },
  {
    field: 'refundPayment',
    operation:
      'mutation Ask($paymentId: ID!, $key: String!) { refundPayment(paymentId: $paymentId, idempotencyKey: $key) { __typename } }',
    path: ['refundPayment', '__typename'],
    outcomes: 'UNAUTHENTICATED FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN -',
  },
  {
    field: 'createPaymentLink',
    operation:
      'mutation Ask($pendingId: ID!, $soon: DateTime!, $key: String!) { createPaymentLink(orderId: $pendingId, expiresAt: $soon, idempotencyKey: $key) { __typename } }',
    path: ['createPaymentLink', '__typename'],
    outcomes: 'UNAUTHENTICATED FORBIDDEN FORBIDDEN FORBIDDEN - - -',
  },
  {
    field: 'sellAtBoxOffice',
    operation:
      'mutation Ask($scheduleId: ID!, $seatId: ID!, $key: String!) { sellAtBoxOffice(input: { scheduleId: $scheduleId, seatIds: [$seatId], idempotencyKey: $key }) { __typename } }',
    path: ['sellAtBoxOffice', '__typename'],
    outcomes: 'UNAUTHENTICATED FORBIDDEN FORBIDDEN FORBIDDEN - - -',
  },
  {
    field: 'paymentsDeadLetters',
    operation:
      'query Ask { paymentsDeadLetters(queue: "payments.orders") { endCursor nodes { id } } }',
    path: ['paymentsDeadLetters'],
    outcomes: 'UNAUTHENTICATED FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN value',
  },
];

let platform: PurchasePlatform;
let client: GraphClient;
let people: Readonly<Record<Actor, Person | undefined>>;
let known: Readonly<Record<string, string>>;

anyTest.before(async (t) => {
  t.timeout(180_000);
  platform = await startPurchasePlatform();
  client = new GraphClient(platform.url);
  const { scheduleId, freeSeatIds } = await browse(client);
  const [first = '', second = '', third = '', fourth = ''] = freeSeatIds;
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
  const paidId = (await buyer.orderSeats(scheduleId, [first])).id;
  await buyer.pay(paidId, 'tok_instant');
  const paid = await buyer.untilOrder(paidId, 'PAID');
  known = {
    ...{ scheduleId, paidId, seatId: fourth, buyerId: buyer.id, strangerId: stranger.id },
    ticketId: paid.tickets.nodes[0].id,
    paymentId: paid.payment.id,
    pendingId: (await buyer.orderSeats(scheduleId, [second])).id,
    holdId: (await buyer.hold(scheduleId, [third])).id,
    soon: new Date(Date.now() + 3_600_000).toISOString(),
  };
});

anyTest.after.always(() => platform?.[Symbol.asyncDispose]());

for (const { field, operation, path, outcomes } of rows) {
  test(`${field}: ${outcomes.replaceAll(/ +/g, ' ')}`, async (t) => {
    t.timeout(60_000);
    const expected = outcomes.split(/ +/);
    const found: string[] = [];
    for (const [index, actor] of actors.entries()) {
      found.push(expected[index] === '-' ? '-' : await ask(actor, operation, path));
    }
    t.deepEqual(Object.fromEntries(actors.map((actor, index) => [actor, found[index]])), {
      ...Object.fromEntries(actors.map((actor, index) => [actor, expected[index]])),
    });
  });
}

async function ask(actor: Actor, operation: string, path: readonly string[]): Promise<string> {
  const wanted = [...operation.matchAll(/\$(\w+): /g)].map(([, name = '']) => name);
  const values: Record<string, string> = { ...known, key: randomUUID() };
  const variables = Object.fromEntries(wanted.map((name) => [name, values[name]]));
  const token = people[actor]?.token;
  const { data, errors } = await client.send({ query: operation, variables, token });
  const [error] = errors;
  if (error !== undefined) return error.extensions?.code ?? error.message;
  let value: unknown = data;
  for (const name of path) value = (value as Record<string, unknown> | null)?.[name] ?? null;
  if (path.at(-1) === '__typename') return String(value);
  return value === null ? 'null' : 'value';
}
