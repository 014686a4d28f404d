import { createUuidV7 } from '@plaza/kit/uuid';
import anyTest, { type TestFn } from 'ava';
import { parse, subscribe } from 'graphql';
import { buildPaymentsSchema } from '../src/schema.ts';
import {
  asAdministrator,
  asAna,
  asLuis,
  asSeller,
  createTestPayments,
  eventually,
  type TestPayments,
} from './kit/test-payments.ts';

const test = anyTest as TestFn<TestPayments>;
const queue = 'payments.orders';

test.before(async (t) => {
  t.context = await createTestPayments();
});
test.after.always(async (t) => {
  await t.context?.[Symbol.asyncDispose]();
});

const listQuery = `query ($queue: String!) { paymentsDeadLetters(queue: $queue) {
  nodes { id queue type source reason attempts payload } endCursor } }`;
const replayMutation =
  'mutation ($queue: String!, $ids: [ID!]) { replayPaymentsDeadLetters(queue: $queue, ids: $ids) }';
const discardMutation =
  'mutation ($queue: String!, $ids: [ID!]!) { discardPaymentsDeadLetters(queue: $queue, ids: $ids) }';

/** A message that this code cannot read, sent past the kit's own check. */
async function publishTooNew({ subgraph }: TestPayments) {
  const message = {
    id: createUuidV7(),
    type: 'order.paid',
    source: 'ticketing',
    occurredAt: new Date().toISOString(),
    correlationId: createUuidV7(),
    causationId: null,
    schemaVersion: 2,
    payload: { orderId: createUuidV7(), buyerId: null, ticketIds: [] },
  };
  await subgraph.messaging.bus.publish([message]);
  return message;
}

test.serial(
  'an operator lists, replays and discards dead letters, and the audit has it',
  async (t) => {
    const message = await publishTooNew(t.context);
    const list = () => t.context.run(listQuery, { queue }, asAdministrator);
    const [letter] = await eventually(async () => {
      const { nodes } = await list();
      return nodes.length > 0 ? nodes : undefined;
    });
    t.like(letter, { id: message.id, queue, type: 'order.paid', source: 'ticketing', attempts: 1 });
    t.regex(letter.reason, /version 2 is too new/);
    t.is(JSON.parse(letter.payload).orderId, message.payload.orderId);
    t.is(await t.context.run(replayMutation, { queue, ids: [message.id] }, asAdministrator), 1);
    await eventually(
      async () => ((await list()).nodes.length > 0 ? true : undefined),
      'it to fail again',
    );
    const variables = { queue, ids: [message.id] };
    t.is(await t.context.run(discardMutation, variables, asAdministrator), 1);
    t.deepEqual((await list()).nodes, []);
    const entries = await t.context.prisma.auditEntry.findMany({
      where: { actorId: asAdministrator.userId },
      orderBy: { id: 'asc' },
    });
    t.deepEqual(
      entries.map(({ action }) => action),
      ['deadLetters.replay', 'deadLetters.discard'],
    );
  },
);

test.serial('dead letters are for scope message:operate and for queues of payments', async (t) => {
  const codeOf = async (query: string, viewer: typeof asSeller, variables: object) => {
    const operation = { query, viewer, variables: { ...variables } };
    return (await t.context.subgraph.execute(operation)).errors?.[0]?.extensions?.code;
  };
  t.is(await codeOf(listQuery, asSeller, { queue }), 'FORBIDDEN');
  t.is(await codeOf(replayMutation, asSeller, { queue }), 'FORBIDDEN');
  t.is(await codeOf(discardMutation, asSeller, { queue, ids: [] }), 'FORBIDDEN');
  t.is(await codeOf(listQuery, asAdministrator, { queue: 'ticketing.payments' }), 'BAD_USER_INPUT');
});

test.serial('paymentChanged tells its payer of each change, and nobody else', async (t) => {
  const { schema } = await buildPaymentsSchema();
  const orderId = await t.context.createOrder();
  const { payment } = await t.context.pay(orderId, 'tok_challenge');
  const watch = (viewer: typeof asAna, id: string = payment.id) => {
    const { prisma, subgraph } = t.context;
    const contextValue = {
      viewer: { ...viewer, roles: new Set(), scopes: new Set() },
      pubSub: subgraph.messaging.pubSub,
      payments: { findById: (id: string) => prisma.payment.findUnique({ where: { id } }) },
    };
    const document = parse(`subscription { paymentChanged(id: "${id}") { id status } }`);
    return subscribe({ schema, document, contextValue });
  };
  const refused = await watch(asLuis);
  const absent = await watch(asAna, createUuidV7());
  if (!('errors' in refused && 'errors' in absent)) return t.fail('something to watch');
  t.is(refused.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
  t.deepEqual(refused, absent, 'nothing tells the two apart');
  const events = await watch(asAna);
  if (!(Symbol.asyncIterator in events)) return t.fail('no stream');
  await t.context.run(
    'mutation ($id: ID!) { cancelPayment(id: $id) { __typename } }',
    payment,
    asAna,
  );
  const { value } = await events.next();
  t.deepEqual(JSON.parse(JSON.stringify(value?.data)), {
    paymentChanged: { id: payment.id, status: 'CANCELLED' },
  });
  await events.return();
});
