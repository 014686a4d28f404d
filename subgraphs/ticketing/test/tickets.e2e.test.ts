import { createPublicKey, randomUUID } from 'node:crypto';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import test from 'ava';
import type { Ticket } from '../src/generated/prisma/client.ts';
import { rotatingCode } from '../src/ticket-code/rotating-code.ts';
import { verifyTicketCode } from '../src/ticket-code/verify-ticket-code.ts';
import { loadTicketKeys } from '../src/ticket-key/ticket-keys.ts';
import { Sales } from './kit/sales.ts';
import { createSeededTicketing, type SeededTicketing, viewers } from './kit/seeded-ticketing.ts';

let ticketing: SeededTicketing;
let sales: Sales;
test.before(async () => {
  ticketing = await createSeededTicketing();
  sales = await Sales.on(ticketing, 'frontera-vs-deportivo-bahia');
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

type Viewer = (typeof viewers)[keyof typeof viewers];

const codes = 'id status generation isShared isDigital holder { id } entryCode rotatingSecret';
const outcome = `__typename ... on Ticket { ${codes} } ... on TicketNotChangeable { status }`;

async function paidTicket(viewer: Viewer = viewers.ana): Promise<Ticket> {
  const order = await sales.paidOrder(1, viewer);
  const [ticket] = await sales.ticketsOf(order.id);
  if (ticket === undefined) throw new Error(`Order ${order.id} has no ticket`);
  return ticket;
}

async function read(id: string, viewer: Viewer) {
  const query = `{ ticket(id: "${id}") { ${codes} } }`;
  return (await ticketing.execute({ query, viewer })).data.ticket;
}

async function change(mutation: string, viewer: Viewer) {
  return ticketing.execute({ query: `mutation { result: ${mutation} { ${outcome} } }`, viewer });
}

const share = (id: string, viewer: Viewer = viewers.ana, userId: string = demoAccounts.luis.id) =>
  change(`shareTicket(ticketId: "${id}", userId: "${userId}")`, viewer);
const unshare = (id: string, viewer: Viewer = viewers.ana) =>
  change(`unshareTicket(ticketId: "${id}")`, viewer);

/** What a gate knows that asked ticketing for its keys. */
async function gateKeys() {
  const { data } = await ticketing.execute({ query: '{ ticketPublicKeys { keyId publicKey } }' });
  const keys = data.ticketPublicKeys as { keyId: number; publicKey: string }[];
  const publicKeys = new Map(
    keys.map(({ keyId, publicKey: x }) => [
      keyId,
      createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
    ]),
  );
  const { scheduleId, master } = await ticketing.database.scheduleTicketMaster.findFirstOrThrow({
    where: { scheduleId: sales.schedule.id },
  });
  return { publicKeys, scheduleMasters: new Map([[scheduleId, master]]) };
}

test.serial('gives the holder a code that a gate accepts with the rotating part', async (t) => {
  const { id } = await paidTicket();
  const { entryCode, rotatingSecret } = await read(id, viewers.ana);
  const nowMs = sales.schedule.startsAt.getTime();
  const gate = { ...(await gateKeys()), knownGeneration: () => 1, nowMs };
  const digits = rotatingCode(Buffer.from(rotatingSecret, 'base64url'), nowMs);
  t.like(verifyTicketCode(entryCode + digits, gate), { outcome: 'ok', listing: 'listed' });
  t.like(verifyTicketCode(entryCode, gate), { outcome: 'invalid' });
});

test.serial('shows no code to anybody but the holder, and none before it is paid', async (t) => {
  const { id } = await paidTicket();
  for (const viewer of [viewers.auditor, viewers.seller, viewers.supervisor]) {
    t.like(await read(id, viewer), { entryCode: null, rotatingSecret: null });
  }
  t.is(await read(id, viewers.luis), null);
  const pending = await sales.pendingOrder();
  const [unpaid] = await sales.ticketsOf(pending.id);
  t.like(await read(unpaid?.id ?? '', viewers.ana), { entryCode: null, rotatingSecret: null });
});

test.serial('shares a ticket: the old code dies, the new holder has one, and back', async (t) => {
  const { id } = await paidTicket();
  const before = await read(id, viewers.ana);
  const { data } = await share(id);
  t.like(data.result, { generation: 2, isShared: true, entryCode: null, rotatingSecret: null });
  const shared = await read(id, viewers.luis);
  t.like(shared, { holder: { id: demoAccounts.luis.id }, isShared: true });
  t.not(shared.rotatingSecret, before.rotatingSecret);
  const nowMs = sales.schedule.startsAt.getTime();
  const gate = { ...(await gateKeys()), knownGeneration: () => 2, nowMs };
  t.is(verifyTicketCode(before.entryCode, gate).outcome, 'revoked');
  t.is((await share(id)).data.result.__typename, 'TicketNotChangeable', 'shared already');
  t.is((await unshare(id, viewers.luis)).errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
  t.is((await share(id, viewers.luis)).errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
  t.like((await unshare(id)).data.result, { generation: 3, isShared: false });
  t.is(await read(id, viewers.luis), null);
  const row = await ticketing.database.ticket.findUniqueOrThrow({ where: { id } });
  const told = await sales.sent('ticket.transferred', row.orderId);
  t.deepEqual(
    told.map(({ holderId, previousHolderId }) => [previousHolderId, holderId]),
    [
      [demoAccounts.ana.id, demoAccounts.luis.id],
      [demoAccounts.luis.id, demoAccounts.ana.id],
    ],
  );
});

test.serial('shares a ticket once, however many requests come at once', async (t) => {
  const { id } = await paidTicket();
  const results = await Promise.all([share(id), share(id), share(id)]);
  const shared = results.filter(({ data }) => data.result.__typename === 'Ticket');
  t.is(shared.length, 1);
  t.like(await read(id, viewers.luis), { generation: 2 });
});

test.serial('refuses to share with oneself, and a ticket that is not paid', async (t) => {
  const { id } = await paidTicket();
  const self = await share(id, viewers.ana, demoAccounts.ana.id);
  t.is(self.errors?.[0]?.extensions?.field, 'userId');
  const pending = await sales.pendingOrder();
  const [unpaid] = await sales.ticketsOf(pending.id);
  t.deepEqual((await share(unpaid?.id ?? '')).data.result, {
    __typename: 'TicketNotChangeable',
    status: 'PENDING_PAYMENT',
  });
});

test.serial('reissues a ticket on paper, where staff reads the code that it prints', async (t) => {
  const { id } = await paidTicket();
  const reissue = (more = '') => change(`reissueTicket(ticketId: "${id}"${more})`, viewers.seller);
  const { data } = await reissue(', isDigital: false');
  t.like(data.result, { generation: 2, isDigital: false, rotatingSecret: null });
  const gate = {
    ...(await gateKeys()),
    knownGeneration: () => 2,
    nowMs: sales.schedule.startsAt.getTime(),
  };
  t.is(verifyTicketCode(data.result.entryCode, gate).outcome, 'ok');
  t.like((await reissue(', isDigital: true')).data.result, { generation: 3, entryCode: null });
});

test.serial('keeps a printed code valid when gates and end move', async (t) => {
  const { id } = await paidTicket();
  const printed = await change(
    `reissueTicket(ticketId: "${id}", isDigital: false)`,
    viewers.seller,
  );
  const { startsAt, gatesOpenAt, endsAt } = sales.schedule;
  const hours = (from: Date, count: number) => new Date(from.getTime() + count * 3_600_000);
  const [earlier, later] = [hours(gatesOpenAt, -5), hours(endsAt, 5)];
  const query = `mutation { updateSchedule(id: "${sales.schedule.id}", input: {
    gatesOpenAt: "${earlier.toISOString()}", endsAt: "${later.toISOString()}"
  }) { __typename } }`;
  const moved = await ticketing.execute({ query, viewer: viewers.supervisor });
  t.is(moved.data.updateSchedule.__typename, 'Schedule');
  const gate = { ...(await gateKeys()), knownGeneration: () => 2 };
  const judge = (at: Date) =>
    verifyTicketCode(printed.data.result.entryCode, { ...gate, nowMs: at.getTime() });
  for (const at of [earlier, later]) t.is(judge(at).outcome, 'ok', at.toISOString());
  t.like(judge(hours(startsAt, -25)), { outcome: 'wrong_time', reason: 'too_early' });
  t.like(judge(hours(startsAt, 49)), { outcome: 'wrong_time', reason: 'too_late' });
});

const sellMutation = `mutation ($input: BoxOfficeSaleInput!) { sellAtBoxOffice(input: $input) {
  __typename
  ... on Order { id status channel total { amountMinor } discount { amountMinor } subtotal { amountMinor }
    tickets { nodes { id status isDigital entryCode } } }
  ... on SeatsTaken { seats { id } }
} }`;

function sell(input: object) {
  const variables = { input: { scheduleId: sales.schedule.id, ...input } };
  return ticketing.execute({ query: sellMutation, variables, viewer: viewers.seller });
}

test.serial('refuses the key of a sale over the counter for any other sale', async (t) => {
  const [first = '', second = '', other = ''] = sales.takeFreshSeats(3);
  const idempotencyKey = sales.nextKey();
  const sale = { seatIds: [second, first], idempotencyKey };
  const sold = await sell(sale);
  const again = await sell({ ...sale, seatIds: [first, second], isCourtesy: false });
  t.is(again.data.sellAtBoxOffice.id, sold.data.sellAtBoxOffice.id);
  for (const change of [
    { seatIds: [other] },
    { seatIds: [first] },
    { isCourtesy: true },
    { promoCode: 'OTHER' },
    { buyerId: demoAccounts.luis.id },
  ]) {
    const { errors } = await sell({ ...sale, ...change });
    t.is(errors?.[0]?.extensions?.field, 'idempotencyKey', JSON.stringify(change));
  }
  const gift = { seatIds: [other], isCourtesy: true, idempotencyKey: sales.nextKey() };
  const given = await sell(gift);
  t.is((await sell(gift)).data.sellAtBoxOffice.id, given.data.sellAtBoxOffice.id);
  const paid = await sell({ ...gift, isCourtesy: false });
  t.is(paid.errors?.[0]?.extensions?.field, 'idempotencyKey');
});

test.serial('sells over the counter: money is awaited, a courtesy is paid at once', async (t) => {
  const seatIds = sales.takeFreshSeats(2);
  const idempotencyKey = sales.nextKey();
  const [sold, again] = await Promise.all([
    sell({ seatIds, idempotencyKey }),
    sell({ seatIds, idempotencyKey }),
  ]);
  t.like(sold.data.sellAtBoxOffice, { status: 'PENDING', channel: 'BOX_OFFICE' });
  t.is(again.data.sellAtBoxOffice.id, sold.data.sellAtBoxOffice.id);
  const order = await sales.readOrder(sold.data.sellAtBoxOffice.id);
  t.like(order, { sellerId: demoAccounts.seller.id, buyerId: null });
  await sales.capture(order, { amountMinor: 1 });
  await sales.capture(order, { amountMinor: order.totalMinor - 1 });
  t.is((await sales.readOrder(order.id)).status, 'PAID');
  const lost = await sell({ seatIds, idempotencyKey: sales.nextKey() });
  t.is(lost.data.sellAtBoxOffice.__typename, 'SeatsTaken');

  const gift = await sell({
    seatIds: sales.takeFreshSeats(1),
    isCourtesy: true,
    idempotencyKey: sales.nextKey(),
  });
  t.like(gift.data.sellAtBoxOffice, { status: 'PAID', total: { amountMinor: 0 } });
  const [ticket] = gift.data.sellAtBoxOffice.tickets.nodes;
  t.like(ticket, { status: 'ISSUED', isDigital: false });
  t.truthy(ticket.entryCode);
});

test.serial('cancels a paid order for staff, with its money', async (t) => {
  const order = await sales.paidOrder();
  const query = `mutation { cancelOrder(id: "${order.id}") { __typename
    ... on Order { status endReason } ... on OrderNotCancellable { status } } }`;
  const own = await ticketing.execute({ query, viewer: viewers.ana });
  t.deepEqual(own.data.cancelOrder, { __typename: 'OrderNotCancellable', status: 'PAID' });
  const staff = await ticketing.execute({ query, viewer: viewers.seller });
  t.like(staff.data.cancelOrder, { status: 'CANCELLED', endReason: 'STAFF' });
  t.like(await sales.sent('refund.requested', order.id), [
    { amountMinor: order.totalMinor, reason: 'STAFF', requestedBy: demoAccounts.seller.id },
  ]);
  t.like((await ticketing.execute({ query, viewer: viewers.seller })).data.cancelOrder, {
    status: 'CANCELLED',
  });
  t.is((await sales.sent('refund.requested', order.id)).length, 1);
});

test.serial('asks for the money of a cancelled order payment by payment', async (t) => {
  const order = await sales.pendingOrder();
  const [first, last, late] = [randomUUID(), randomUUID(), randomUUID()];
  await sales.capture(order, { paymentId: first, amountMinor: 1_000 });
  ticketing.clock.now = new Date(ticketing.clock.now.getTime() + 1_000);
  await sales.capture(order, { paymentId: last, amountMinor: order.totalMinor - 1_000 });
  await sales.capture(order, { paymentId: late, amountMinor: 700 });
  const query = `mutation { cancelOrder(id: "${order.id}") { __typename } }`;
  await ticketing.execute({ query, viewer: viewers.seller });
  const requests = await sales.sent('refund.requested', order.id);
  t.deepEqual(
    requests.map(({ paymentId, amountMinor }) => [paymentId, amountMinor]),
    [
      [late, 700],
      [last, order.totalMinor - 1_000],
      [first, 1_000],
    ],
  );
});

test.serial('lists the tickets that a person holds, shared ones too', async (t) => {
  const { id } = await paidTicket();
  await share(id);
  const users = [{ __typename: 'User', id: demoAccounts.luis.id }];
  const selection = 'tickets(first: 1) { nodes { id isShared } }';
  const { data } = await ticketing.resolveEntities(users, selection, viewers.luis);
  t.deepEqual(data._entities[0].tickets.nodes, [{ id, isShared: true }]);
});

test.serial('replicas that start together agree on one signing key', async (t) => {
  const log = { info: () => undefined } as never;
  const loaded = await Promise.all([1, 2, 3].map(() => loadTicketKeys(ticketing.database, log)));
  const keys = loaded.map(({ publicKeys }) => Buffer.from(publicKeys[0]?.publicKey ?? []));
  t.true(keys.every((key) => key.equals(keys[0] ?? Buffer.alloc(0)) && key.length === 32));
  t.is(await ticketing.database.ticketSigningKey.count(), 1);
});
