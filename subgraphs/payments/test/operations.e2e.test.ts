import type { TestViewer } from '@plaza/kit/test-kit/test-tokens';
import { createUuidV7 } from '@plaza/kit/uuid';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import { roleScopes } from '@plaza/schema/scopes';
import { parse, subscribe } from 'graphql';
import { buildPaymentsSchema } from '../src/schema.ts';
import {
  asAdministrator,
  asAna,
  asLuis,
  asSeller,
  eventually,
  type TestPayments,
  testWithPayments,
} from './kit/test-payments.ts';

const test = testWithPayments();
const queue = 'payments.orders';

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
      entries.map(({ action, entityId }) => [action, entityId]),
      [
        ['dead_letters.replayed', queue],
        ['dead_letters.discarded', queue],
      ],
    );
    const { auditEntry } = t.context.prisma;
    const isFinal = { message: /never changed or deleted/ };
    await t.throwsAsync(auditEntry.deleteMany(), isFinal);
    await t.throwsAsync(auditEntry.updateMany({ data: { action: 'none' } }), isFinal);
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

/** Subscribes to a payment as a server would that carries live fields. */
async function watch({ prisma, subgraph }: TestPayments, id: string, viewer?: TestViewer) {
  const { schema } = await buildPaymentsSchema();
  const scopes = new Set(viewer === undefined ? [] : roleScopes[viewer.role ?? 'CUSTOMER']);
  const contextValue = {
    viewer: viewer && { ...viewer, roles: new Set(), scopes },
    pubSub: subgraph.messaging.pubSub,
    payments: {
      findById: (wanted: string) => prisma.payment.findUnique({ where: { id: wanted } }),
    },
  };
  const document = parse(`subscription { paymentChanged(id: "${id}") { id status } }`);
  return subscribe({ schema, document, contextValue });
}

test.serial('paymentChanged is the one subscription, and watched by who may see it', async (t) => {
  const { schema } = await buildPaymentsSchema();
  const fields = Object.keys(schema.getSubscriptionType()?.getFields() ?? {});
  t.deepEqual(fields, ['paymentChanged'], 'a new one needs its own table');
  const { payment } = await t.context.pay(await t.context.createOrder(), 'tok_instant');
  const asGateStaff = { userId: demoAccounts.gateStaff.id, role: 'GATE_STAFF' } as const;
  const asSupervisor = { userId: demoAccounts.supervisor.id, role: 'SUPERVISOR' } as const;
  for (const [viewer, expected] of [
    [undefined, 'UNAUTHENTICATED'],
    [asAna, 'watches'],
    [asLuis, 'BAD_USER_INPUT'],
    [asGateStaff, 'BAD_USER_INPUT'],
    [asSeller, 'watches'],
    [asSupervisor, 'watches'],
    [asAdministrator, 'watches'],
  ] as const) {
    const result = await watch(t.context, payment.id, viewer);
    const isRefused = 'errors' in result;
    t.is(isRefused ? result.errors?.[0]?.extensions?.code : 'watches', expected);
    if (!isRefused) await (result as AsyncGenerator).return(undefined);
  }
  const refused = await watch(t.context, payment.id, asLuis);
  const absent = await watch(t.context, createUuidV7(), asAna);
  t.deepEqual(refused, absent, 'nothing tells the two apart');
});

test.serial('paymentChanged tells its payer of each change', async (t) => {
  const { payment } = await t.context.pay(await t.context.createOrder(), 'tok_challenge');
  const events = await watch(t.context, payment.id, asAna);
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
