import { randomUUID } from 'node:crypto';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import anyTest from 'ava';
import { showReport } from '../src/purchase-check/show-report.ts';
import { browse, Person } from './purchase/buyer.ts';
import { queryRows } from './purchase/databases.ts';
import { GraphClient } from './purchase/graph-client.ts';
import {
  cancelOrderMutation,
  createPaymentLinkMutation,
  payPaymentLinkMutation,
  sellAtBoxOfficeMutation,
  shareTicketMutation,
  ticketQuery,
} from './purchase/operations.ts';
import { type PurchasePlatform, startPurchasePlatform } from './purchase/purchase-platform.ts';
import { SandboxControl } from './purchase/sandbox-control.ts';
import { untilSettled } from './purchase/settle.ts';
import { until } from './purchase/until.ts';

// One platform and one provider for all, so that the tests run in order.
const test = anyTest.serial;
/** Payments in production ask for a minute; see the shortened clocks of the platform for tests. */
const outageMs = 6_000;
let platform: PurchasePlatform;
let sandbox: SandboxControl;
let client: GraphClient;
let scheduleId: string;
let freeSeatIds: string[];

anyTest.before(async (t) => {
  t.timeout(180_000);
  platform = await startPurchasePlatform();
  sandbox = new SandboxControl(platform.sandboxUrl);
  client = new GraphClient(platform.url);
  const found = await browse(client);
  scheduleId = found.scheduleId;
  freeSeatIds = [...found.freeSeatIds];
});

anyTest.beforeEach((t) => t.timeout(120_000));

anyTest.afterEach.always((t) => {
  if (t.passed) return;
  platform?.keepLogs();
  t.log(`logs: ${platform?.logFolder}`);
});

anyTest.after.always(async () => {
  await platform?.[Symbol.asyncDispose]();
});

function takeSeats(count: number): string[] {
  return freeSeatIds.splice(0, count);
}

test('a visitor registers, holds two seats, orders, pays and receives tickets', async (t) => {
  const buyer = await Person.register(client);
  const seatIds = takeSeats(2);
  const hold = await buyer.hold(scheduleId, seatIds);
  t.is(hold.__typename, 'SeatHold');
  const order = await buyer.order(hold.id);
  t.like(order, { __typename: 'Order', status: 'PENDING' });
  const paying = await buyer.pay(order.id, 'tok_visa');
  t.is(paying.payment.amount.amountMinor, order.total.amountMinor);
  const paid = await buyer.untilOrder(order.id, 'PAID');
  t.is(paid.payment.status, 'CAPTURED');
  t.deepEqual(paid.tickets.nodes.map((ticket: Node) => ticket.seat.id).sort(), seatIds.sort());
  for (const ticket of paid.tickets.nodes) {
    t.is(ticket.status, 'ISSUED');
    t.true(ticket.entryCode.length > 0);
    t.is(ticket.holder.id, buyer.id);
  }
});

interface Node {
  readonly id: string;
  readonly seat: { readonly id: string };
}

test('a shared ticket shows its code to its new holder alone', async (t) => {
  const [buyer, friend] = [await Person.register(client), await Person.register(client)];
  const { id } = await buyer.orderSeats(scheduleId, takeSeats(1));
  await buyer.pay(id, 'tok_instant');
  const [ticket] = (await buyer.untilOrder(id, 'PAID')).tickets.nodes;
  t.is((await friend.ask(ticketQuery, { id: ticket.id })).ticket, null);
  const variables = { ticketId: ticket.id, userId: friend.id };
  const { shareTicket } = await buyer.ask(shareTicketMutation, variables);
  t.like(shareTicket, { __typename: 'Ticket', entryCode: null, generation: 2 });
  const seen = (await friend.ask(ticketQuery, { id: ticket.id })).ticket;
  t.true(seen.entryCode.length > 0);
  t.not(seen.entryCode, ticket.entryCode);
  t.is(seen.order, null);
  const own = (await buyer.ask(ticketQuery, { id: ticket.id })).ticket;
  t.like(own, { entryCode: null, rotatingSecret: null, holder: { id: friend.id } });
});

test('staff cancel a paid order, its money goes back and its seat can be bought again', async (t) => {
  const buyer = await Person.register(client);
  const supervisor = await Person.logIn(client, demoAccounts.supervisor.email);
  const seatIds = takeSeats(1);
  const { id } = await buyer.orderSeats(scheduleId, seatIds);
  await buyer.pay(id, 'tok_visa');
  await buyer.untilOrder(id, 'PAID');
  const own = await buyer.ask(cancelOrderMutation, { id });
  t.is(own.cancelOrder.__typename, 'OrderNotCancellable');
  const { cancelOrder } = await supervisor.ask(cancelOrderMutation, { id });
  t.like(cancelOrder, { __typename: 'Order', status: 'CANCELLED' });
  const ended = await until('the money to be back', async () => {
    const order = await buyer.readOrder(id);
    return order.payment.status === 'REFUNDED' ? order : undefined;
  });
  t.is(ended.tickets.nodes[0].status, 'CANCELLED');
  t.is(ended.tickets.nodes[0].entryCode, null);
  const next = await (await Person.register(client)).hold(scheduleId, seatIds);
  t.is(next.__typename, 'SeatHold');
});

test('a declined card brings no ticket, and another card pays the same order', async (t) => {
  const buyer = await Person.register(client);
  const { id } = await buyer.orderSeats(scheduleId, takeSeats(1));
  const declined = await buyer.pay(id, 'tok_insufficient_funds');
  t.like(declined, { __typename: 'PaymentDeclined', reason: 'INSUFFICIENT_FUNDS' });
  const late = await buyer.pay(id, 'tok_declined_late');
  t.is(late.__typename, 'PaymentProcessing');
  await until('the late refusal', async () => {
    const { payment } = await buyer.readOrder(id);
    return payment.status === 'FAILED' ? payment : undefined;
  });
  t.is((await buyer.readOrder(id)).status, 'PENDING');
  await buyer.pay(id, 'tok_mastercard');
  await buyer.untilOrder(id, 'PAID');
});

test('a challenge that the cardholder answers leads to tickets, a declined one does not', async (t) => {
  const buyer = await Person.register(client);
  const { id } = await buyer.orderSeats(scheduleId, takeSeats(1));
  const first = await buyer.pay(id, 'tok_challenge');
  t.is(first.__typename, 'ChallengeRequired');
  await sandbox.answerChallenge(first.url, 'decline');
  await until('the refusal', async () => {
    const { payment } = await buyer.readOrder(id);
    return payment.status === 'FAILED' ? payment : undefined;
  });
  const second = await buyer.pay(id, 'tok_challenge');
  t.is(second.__typename, 'ChallengeRequired');
  await sandbox.answerChallenge(second.url, 'approve');
  await buyer.untilOrder(id, 'PAID');
});

for (const mode of ['unavailable', 'reset', 'hang', 'lose_answer'] as const) {
  test(`a provider that is away for long (${mode}) charges nobody twice and nobody for nothing`, async (t) => {
    const buyer = await Person.register(client);
    const { id } = await buyer.orderSeats(scheduleId, takeSeats(1));
    await sandbox.misbehave({ outage: { mode, for_ms: outageMs } });
    const key = randomUUID();
    const first = await buyer.pay(id, 'tok_visa', key);
    t.true(['PaymentProviderAway', 'PaymentProcessing'].includes(first.__typename));
    const again = await buyer.pay(id, 'tok_visa', key);
    t.is(again.payment.id, first.payment.id, 'the same key is the same payment');
    await until(
      'the payment to end',
      async () => {
        const { payment } = await buyer.readOrder(id);
        return payment.status === 'PENDING' ? undefined : payment;
      },
      60_000,
    );
    await sandbox.behave();
    if ((await buyer.readOrder(id)).payment.status !== 'CAPTURED') await buyer.pay(id, 'tok_visa');
    await buyer.untilOrder(id, 'PAID');
  });
}

test('webhooks that come twice, late, in disorder or never change nothing', async (t) => {
  const buyer = await Person.register(client);
  await sandbox.misbehave({ webhooks: { duplicates: 2, delay_ms: 300, reorder_group: 2 } });
  const { id } = await buyer.orderSeats(scheduleId, takeSeats(1));
  const { payment } = await buyer.pay(id, 'tok_visa');
  const paid = await buyer.untilOrder(id, 'PAID');
  await sandbox.behave();
  const [atProvider] = await sandbox.paymentOf(payment.id);
  for (const event of await sandbox.eventsOf(atProvider?.id ?? '')) {
    await sandbox.deliverAgain(event.id);
  }
  await sandbox.misbehave({ webhooks: { drop_next: 10, wrong_signature_next: 5 } });
  const unheard = await buyer.orderSeats(scheduleId, takeSeats(1));
  await buyer.pay(unheard.id, 'tok_visa');
  await buyer.untilOrder(unheard.id, 'PAID');
  await sandbox.behave();
  t.deepEqual(await buyer.readOrder(id), paid);
});

test('money that comes after the order has ended goes back', async (t) => {
  const buyer = await Person.register(client);
  const { id } = await buyer.orderSeats(scheduleId, takeSeats(1));
  await sandbox.misbehave({ capture_delay_ms: 1_500, webhooks: { delay_ms: 1_000 } });
  const { payment } = await buyer.pay(id, 'tok_visa');
  const { cancelOrder } = await buyer.ask(cancelOrderMutation, { id });
  t.is(cancelOrder.status, 'CANCELLED');
  const ended = await until('the payment to end', async () => {
    const order = await buyer.readOrder(id);
    return ['REFUNDED', 'CANCELLED'].includes(order.payment.status) ? order : undefined;
  });
  await sandbox.behave();
  t.is(ended.payment.id, payment.id);
  t.is(ended.tickets.nodes[0].status, 'CANCELLED');
});

test('a provider that takes another amount brings no ticket, one that takes it twice brings one', async (t) => {
  const buyer = await Person.register(client);
  const { id } = await buyer.orderSeats(scheduleId, takeSeats(1));
  await buyer.pay(id, 'tok_captures_half');
  await until('the payment to fail', async () => {
    const { payment } = await buyer.readOrder(id);
    return payment.status === 'FAILED' ? payment : undefined;
  });
  t.is((await buyer.readOrder(id)).status, 'PENDING');
  await buyer.pay(id, 'tok_charged_twice');
  t.is((await buyer.untilOrder(id, 'PAID')).payment.status, 'CAPTURED');
});

test('an order whose payment link ran out is over, and its link takes no money', async (t) => {
  const seller = await Person.logIn(client, demoAccounts.seller.email);
  const seatIds = takeSeats(2);
  const sale = { scheduleId, seatIds, isCourtesy: false, idempotencyKey: randomUUID() };
  const { sellAtBoxOffice } = await seller.ask(sellAtBoxOfficeMutation, { input: sale });
  t.is(sellAtBoxOffice.status, 'PENDING');
  const variables = {
    orderId: sellAtBoxOffice.id,
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    idempotencyKey: randomUUID(),
  };
  const link = await until('payments to know the order', async () => {
    const { createPaymentLink } = await seller.ask(createPaymentLinkMutation, variables);
    return createPaymentLink.link;
  });
  t.is(link.status, 'PENDING');
  await letLinkRunOut(variables.orderId);
  const ended = await seller.untilOrder(variables.orderId, 'CANCELLED');
  t.is(ended.tickets.nodes[0].status, 'EXPIRED');
  const answer = await client.ask({
    query: payPaymentLinkMutation,
    variables: { code: link.code, cardToken: 'tok_visa', idempotencyKey: randomUUID() },
  });
  t.like(answer.payPaymentLink, {
    __typename: 'PaymentLinkNotPayable',
    link: { status: 'EXPIRED' },
  });
});

/** As if the hour had passed: no link is shorter than a minute. */
async function letLinkRunOut(orderId: string): Promise<void> {
  const [payments = '', ticketing = ''] = [
    platform.databases.payments,
    platform.databases.ticketing,
  ];
  await until('ticketing to wait for the link', async () => {
    const sql = `SELECT id FROM orders WHERE id = $1 AND payable_until > now() + interval '30 minutes'`;
    return (await queryRows(ticketing, sql, [orderId]))[0];
  });
  const values = [orderId];
  await queryRows(ticketing, 'UPDATE orders SET payable_until = now() WHERE id = $1', values);
  await queryRows(
    payments,
    `UPDATE payment_links SET activates_at = now() - interval '2 hours', expires_at = now()
     WHERE order_id = $1`,
    values,
  );
}

test('of two buyers who want one seat at the same moment one gets it, the other is told', async (t) => {
  const buyers = await Promise.all([Person.register(client), Person.register(client)]);
  const seatIds = takeSeats(1);
  const holds = await Promise.all(buyers.map((buyer) => buyer.hold(scheduleId, seatIds)));
  t.deepEqual(holds.map((hold) => hold.__typename).sort(), ['SeatHold', 'SeatsTaken']);
  t.deepEqual(
    holds.find((hold) => hold.__typename === 'SeatsTaken').seats.map((seat: Node) => seat.id),
    seatIds,
  );
});

test('after all that no database contradicts another or the provider', async (t) => {
  const report = await untilSettled(platform);
  t.log(showReport(report));
  t.deepEqual(report.contradictions, []);
  t.true(report.paidOrders >= 8);
  const statuses = [...client.statuses.keys()];
  t.true(
    statuses.every((status) => status < 500),
    `${statuses}`,
  );
});
