import { randomUUID } from 'node:crypto';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import anyTest from 'ava';
import { orderRows } from './access/order-rows.ts';
import { paymentRows } from './access/payment-rows.ts';
import { fieldsElsewhere, readRootFields, rootFieldsOf } from './access/root-fields.ts';
import { type Actor, actors } from './access/row.ts';
import { browse, Person } from './purchase/buyer.ts';
import { GraphClient } from './purchase/graph-client.ts';
import { createPaymentLinkMutation } from './purchase/operations.ts';
import { type PurchasePlatform, startPurchasePlatform } from './purchase/purchase-platform.ts';
import { until } from './purchase/until.ts';

// What one order of one buyer gives and allows to everybody, asked at the gateway.
const test = anyTest.serial;

const rows = [...orderRows, ...paymentRows];

let platform: PurchasePlatform;
let client: GraphClient;
let people: Readonly<Record<Exclude<Actor, 'anonymous'>, Person>>;
let known: Readonly<Record<string, unknown>>;

anyTest.before(async (t) => {
  t.timeout(180_000);
  platform = await startPurchasePlatform();
  client = new GraphClient(platform.url);
  const { scheduleId, freeSeatIds } = await browse(client);
  const [first = '', second = '', third = '', fourth = ''] = freeSeatIds;
  const [buyer, stranger] = [await Person.register(client), await Person.register(client)];
  const logIn = (who: keyof typeof demoAccounts) => Person.logIn(client, demoAccounts[who].email);
  people = {
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
  const pendingId = (await buyer.orderSeats(scheduleId, [second])).id;
  const { setClientCreditLimit: account } = await people.administrator.ask(
    'mutation ($id: ID!) { setClientCreditLimit(clientId: $id, limitMinor: 1000) { id } }',
    { id: buyer.id },
  );
  const { schedule } = await buyer.ask('query ($id: ID!) { schedule(id: $id) { event { id } } }', {
    id: scheduleId,
  });
  known = {
    ...{ scheduleId, paidId, pendingId, seatId: fourth, accountId: account.id },
    ...{ buyerId: buyer.id, strangerId: stranger.id, eventId: schedule.event.id },
    ticketId: paid.tickets.nodes[0].id,
    paymentId: paid.payment.id,
    holdId: (await buyer.hold(scheduleId, [third])).id,
    linkCode: await createLink(people.seller, pendingId),
    soon: new Date(Date.now() + 3_600_000).toISOString(),
    manySeatIds: Array.from({ length: 13 }, () => randomUUID()),
    absentId: randomUUID(),
  };
});

anyTest.after.always(() => platform?.[Symbol.asyncDispose]());

/** The code of a link for an order that waits. */
async function createLink(seller: Person, orderId: string): Promise<string> {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const variables = { orderId, expiresAt, idempotencyKey: randomUUID() };
  const { link } = await until('payments to know the order', async () => {
    const { createPaymentLink: made } = await seller.ask(createPaymentLinkMutation, variables);
    return made.link === undefined ? undefined : made;
  });
  return link.code;
}

test('every field of the graph has its rows, here or in the table of its own subgraph', (t) => {
  const shown = [...rows.flatMap(({ operation }) => rootFieldsOf(operation)), ...fieldsElsewhere];
  const fields = readRootFields();
  t.deepEqual(
    fields.filter((field) => !shown.includes(field)),
    [],
    'say who may use a new field: add a row',
  );
  t.deepEqual(
    fieldsElsewhere.filter((field) => !fields.includes(field)),
    [],
    'fields that are gone',
  );
});

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
  const values: Record<string, unknown> = { ...known, key: randomUUID() };
  const variables = Object.fromEntries(wanted.map((name) => [name, values[name]]));
  const token = actor === 'anonymous' ? undefined : people[actor].token;
  const { data, errors } = await client.send({ query: operation, variables, token });
  const [error] = errors;
  if (error !== undefined) return error.extensions?.code ?? error.message;
  let value: unknown = data;
  for (const name of path) value = (value as Record<string, unknown> | null)?.[name] ?? null;
  if (path.at(-1) === '__typename') return String(value);
  return value === null ? 'null' : 'value';
}
