import { createUuidV7 } from '@plaza/kit/uuid';
import {
  asAdministrator,
  asAna,
  asSeller,
  eventually,
  type TestPayments,
  testWithPayments,
} from './kit/test-payments.ts';

const test = testWithPayments({ refundRetriesMax: 2, refundRetryDelayMs: 50 });

const refundMutation = `mutation ($paymentId: ID!, $key: String!) {
  refundPayment(paymentId: $paymentId, amountMinor: 40000, idempotencyKey: $key) {
    ... on RefundAccepted { refund { id } } } }`;
const retryMutation = `mutation ($id: ID!) {
  retryRefund(id: $id) { __typename ... on RefundAccepted { refund { id } } } }`;
const listed = 'nodes { id status nextTryAt payment { id } }';

async function refund(context: TestPayments, cardToken: string) {
  const { payment } = await context.pay(await context.createOrder(), cardToken);
  await eventually(async () => {
    const row = await context.prisma.payment.findUniqueOrThrow({ where: { id: payment.id } });
    return row.status === 'CAPTURED' ? row : undefined;
  });
  const variables = { paymentId: payment.id, key: createUuidV7() };
  await context.run(refundMutation, variables, asAdministrator);
  return payment.id as string;
}

/** The refunds of a payment once so many are settled, oldest first. */
function untilSettled({ prisma }: TestPayments, paymentId: string, count: number) {
  return eventually(async () => {
    const rows = await prisma.refund.findMany({ where: { paymentId }, orderBy: { id: 'asc' } });
    const settled = rows.filter(({ settledAt }) => settledAt !== null);
    return settled.length === count ? rows : undefined;
  }, `${count} settled refunds`);
}

async function listedOf({ run }: TestPayments, field: string, paymentId: string) {
  const { nodes } = await run(`{ ${field}(first: 100) { ${listed} } }`, {}, asSeller);
  return nodes.filter(({ payment }: { payment: { id: string } }) => payment.id === paymentId);
}

test.serial('a refund that fails is sent again by itself until it succeeds', async (t) => {
  const heard = await t.context.subgraph.messaging.collect(['payment.refunded']);
  const paymentId = await refund(t.context, 'tok_refund_fails_twice');
  const rows = await untilSettled(t.context, paymentId, 3);
  t.deepEqual(
    rows.map(({ status, retries }) => [status, retries]),
    [
      ['FAILED', 0],
      ['FAILED', 1],
      ['SUCCEEDED', 2],
    ],
  );
  const gaps = rows.slice(1).map((row, index) => {
    const failedAt = rows[index]?.settledAt ?? row.createdAt;
    return (row.settledAt ?? failedAt).getTime() - failedAt.getTime();
  });
  t.true((gaps[0] ?? 0) >= 50 && (gaps[1] ?? 0) >= 200, `pauses grow: ${gaps}`);
  const payment = await t.context.prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
  t.like(payment, { status: 'CAPTURED', refundedMinor: 40_000, refundReservedMinor: 40_000 });
  await heard.waitFor('payment.refunded', (sent) => sent.paymentId === paymentId);
  t.is(heard.all.length, 1);
  t.deepEqual(await listedOf(t.context, 'failedRefunds', paymentId), []);
  t.deepEqual(await listedOf(t.context, 'delayedRefunds', paymentId), []);
  const { body } = await t.context.sandbox.api('GET', `/v1/payments?reference=${paymentId}`);
  t.is(body.data[0].amount_refunded, 40_000);
});

test.serial(
  'after the last retry staff finds the refund, and a new decision starts anew',
  async (t) => {
    const paymentId = await refund(t.context, 'tok_refund_fails');
    const failed = await untilSettled(t.context, paymentId, 3);
    const last = failed.at(-1);
    const [found, ...others] = await listedOf(t.context, 'failedRefunds', paymentId);
    t.is(found.id, last?.id);
    t.is(others.length, 0, 'one entry for the money, however often it failed');
    const errors = t.context.subgraph.logLines.filter(
      (line) => line.includes(paymentId) && line.includes('give it back by hand'),
    );
    t.is(errors.length, 1, 'staff is called once');
    const retried = await t.context.run(retryMutation, { id: found.id }, asAdministrator);
    t.is(retried.__typename, 'RefundAccepted');
    const rows = await untilSettled(t.context, paymentId, 6);
    t.deepEqual(
      rows.map(({ retries, requestedBy }) => [retries, requestedBy !== null]),
      [
        [0, true],
        [1, false],
        [2, false],
        [0, true],
        [1, false],
        [2, false],
      ],
    );
  },
);

test.serial(
  'a stray refund that fails is sent again to the payment that took the money',
  async (t) => {
    const { prisma, sandbox } = t.context;
    const { payment } = await t.context.pay(
      await t.context.createOrder(),
      'tok_timeout_not_received',
    );
    await eventually(async () => {
      const row = await prisma.payment.findUniqueOrThrow({ where: { id: payment.id } });
      return row.status === 'FAILED' ? row : undefined;
    });
    const late = { amount: 100_000, reference: payment.id, card_token: 'tok_refund_fails_twice' };
    const { body } = await sandbox.pay(late);
    const rows = await untilSettled(t.context, payment.id, 3);
    t.deepEqual(
      rows.map(({ status, isStray, providerPaymentId }) => [status, isStray, providerPaymentId]),
      ['FAILED', 'FAILED', 'SUCCEEDED'].map((status) => [status, true, body.id]),
    );
  },
);

test.serial(
  'staff sees what is sent again and what takes too long, and may hasten it',
  async (t) => {
    const { prisma, sandbox } = t.context;
    const paymentId = await refund(t.context, 'tok_refund_fails_twice');
    await untilSettled(t.context, paymentId, 3);
    await sandbox.setFaults({ outage: { mode: 'unavailable', for_ms: 60_000 } });
    const stuckId = await refundDuringOutage(t.context, paymentId);
    t.deepEqual(await listedOf(t.context, 'delayedRefunds', paymentId), [], 'not yet');
    const hours = new Date(Date.now() - 2 * 3_600_000);
    await prisma.refund.update({ where: { id: stuckId }, data: { createdAt: hours } });
    const [delayed] = await listedOf(t.context, 'delayedRefunds', paymentId);
    t.like(delayed, { id: stuckId, status: 'REQUESTED' });
    t.true(new Date(delayed.nextTryAt) > hours);
    await sandbox.api('DELETE', '/sandbox/faults');
    await untilSettled(t.context, paymentId, 4);
    const codes = await Promise.all(
      [undefined, asAna].map(async (viewer) => {
        const operation = { query: '{ delayedRefunds(first: 1) { totalCount } }' };
        const result = await t.context.subgraph.execute({
          ...operation,
          ...(viewer && { viewer }),
        });
        return result.errors?.[0]?.extensions?.code;
      }),
    );
    t.deepEqual(codes, ['UNAUTHENTICATED', 'FORBIDDEN']);
  },
);

async function refundDuringOutage(context: TestPayments, paymentId: string): Promise<string> {
  const variables = { paymentId, key: createUuidV7() };
  const accepted = await context.run(refundMutation, variables, asAdministrator);
  return accepted.refund.id;
}
