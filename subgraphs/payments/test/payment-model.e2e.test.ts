import type { Message } from '@plaza/kit/message-bus/message';
import type { PaymentCaptured, PaymentFailed, PaymentRefunded } from '@plaza/schema/events';
import test from 'ava';
import { HttpPaymentProvider } from '../src/provider/http-payment-provider.ts';
import { createPaymentsSubgraph } from '../src/subgraph.ts';
import { createDyingProvider, type Death } from './kit/dying-provider.ts';
import { Random } from './kit/random.ts';
import { actions, type ModelOrder, type World, weightedActions } from './kit/random-actions.ts';
import { handOver, openCreditAccount } from './kit/random-sales.ts';
import { StateLooks } from './kit/state-looks.ts';
import { createTestPayments, eventually, type TestPayments } from './kit/test-payments.ts';

const rounds = 3;
const ordersPerRound = 12;
const burstsPerRound = 25;
const actionsPerBurst = 4;
const totalMinor = 100_000;
/** One call in so many kills its caller. */
const callsPerDeath = 12;

interface ProviderState {
  readonly reference: string;
  readonly amount_captured: number;
  readonly amount_refunded: number;
  readonly refunds: readonly { readonly status: string }[];
}

test('whatever happens in whatever order, the books agree with the provider in the end', async (t) => {
  t.timeout(240_000);
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.log(`seed ${seed}`);
  const random = new Random(seed);
  let canDie = true;
  const nextDeath = (): Death => {
    if (!canDie || random.below(callsPerDeath) > 0) return undefined;
    return random.pick(['before the call', 'after the call']);
  };
  const definition = createPaymentsSubgraph(({ config, log }) =>
    createDyingProvider(new HttpPaymentProvider({ settings: config.provider, log }), nextDeath),
  );
  await using payments = await createTestPayments(
    { abandonAfterMs: 2_500, lastLookAfterMs: 400, refundRetriesMax: 2, refundRetryDelayMs: 50 },
    {},
    definition,
  );
  const heard = await payments.subgraph.messaging.collect([
    'payment.captured',
    'payment.failed',
    'payment.refunded',
    'payment_link.created',
    'payment_link.expired',
  ]);
  const counts = new Map<string, number>();
  const looks = new StateLooks(payments.prisma);
  const creditAccountId = await openCreditAccount(payments);
  for (let round = 0; round < rounds; round += 1) {
    const world = await createWorld(payments, random, creditAccountId);
    canDie = true;
    for (let burst = 0; burst < burstsPerRound; burst += 1) {
      await runBurst(world, counts);
      t.deepEqual(await looks.findJumps(), []);
    }
    canDie = false;
    await settle(world);
    t.deepEqual(await looks.findJumps(), []);
    await checkBooks(t, world, heard.all);
    await checkLinks(t, world);
    await checkCredit(t, world);
  }
  t.log(Object.fromEntries(counts), Object.fromEntries(looks.counts));
  t.true(looks.counts.size >= 10, 'the choices led to few states: the test says little');
  const undrawn = payments.subgraph.logLines.filter((line) => line.includes('must not go from'));
  t.deepEqual(undrawn, [], 'the database had to refuse a transition');
});

async function createWorld(
  payments: TestPayments,
  random: Random,
  creditAccountId: string,
): Promise<World> {
  const orders: ModelOrder[] = [];
  for (let index = 0; index < ordersPerRound; index += 1) {
    const id = await payments.createOrder({ totalMinor });
    orders.push({ id, attempts: [], isPaid: false, isCancelled: false });
  }
  return { payments, random, orders, creditAccountId, paymentOfKey: new Map() };
}

/** Some actions at the same moment. What a client is told when a process dies is an error. */
async function runBurst(world: World, counts: Map<string, number>): Promise<void> {
  const burst = Array.from({ length: actionsPerBurst }, async () => {
    const name = world.random.pick(weightedActions);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    await actions[name]?.(world, world.random.pick(world.orders));
  });
  await Promise.allSettled(burst);
}

/** Faults end, open challenges are called off, and everything comes to rest. */
async function settle(world: World): Promise<void> {
  const { payments, orders } = world;
  const { prisma, sandbox } = payments;
  await sandbox.api('DELETE', '/sandbox/faults');
  const orderId = { in: orders.map(({ id }) => id) };
  const cancelledIds = orders.filter(({ isCancelled }) => isCancelled).map(({ id }) => id);
  await eventually(async () => {
    const known = { orderId: { in: cancelledIds }, status: 'CANCELLED' } as const;
    const cancelled = await prisma.payableOrder.count({ where: known });
    return cancelled === cancelledIds.length ? true : undefined;
  }, 'cancelled orders');
  await prisma.payment.updateMany({
    where: { orderId, status: 'PENDING', challengeUrl: { not: null } },
    data: { cancelRequestedAt: new Date(), nextCheckAt: new Date() },
  });
  await eventually(async () => {
    await handOver(world, orderId.in);
    const where = { orderId, status: { in: ['REQUESTED', 'PENDING'] as const } };
    const refunds = await prisma.refund.count({
      where: { ...where, status: { in: [...where.status.in] } },
    });
    const open = [{ status: 'PENDING' as const }, { nextCheckAt: { not: null } }];
    const pending = await prisma.payment.count({ where: { orderId, OR: open } });
    const unsent = await prisma.outboxMessage.count({ where: { sentAt: null } });
    return refunds + pending + unsent === 0 && (await hasNoDebt(payments, orders))
      ? true
      : undefined;
  }, 'everything to come to rest');
}

/** No cancelled order keeps money: messages that failed are tried again after a second and more. */
async function hasNoDebt({ prisma }: TestPayments, orders: readonly ModelOrder[]) {
  const ids = orders.filter(({ isCancelled }) => isCancelled).map(({ id }) => id);
  const where = { orderId: { in: ids }, status: 'CAPTURED' } as const;
  return (await prisma.payment.count({ where })) === 0;
}

async function checkBooks(
  t: Pick<import('ava').ExecutionContext, 'is' | 'true' | 'deepEqual'>,
  { payments, orders, paymentOfKey }: World,
  heard: readonly Message[],
): Promise<void> {
  const { body } = await payments.sandbox.api('GET', '/sandbox/payments?limit=1000');
  const states = Map.groupBy(body.data as ProviderState[], ({ reference }) => reference);
  const messages = [...new Map(heard.map((message) => [message.id, message])).values()];
  for (const ids of paymentOfKey.values()) t.is(ids.size, 1, 'one key, one payment');
  for (const order of orders) {
    const rows = await payments.prisma.payment.findMany({ where: { orderId: order.id } });
    let netMinor = 0;
    for (const row of rows) {
      const isCaptured = row.status === 'CAPTURED' || row.status === 'REFUNDED';
      const bookedMinor = isCaptured ? row.amountMinor - row.refundedMinor : 0;
      netMinor += bookedMinor;
      const heldMinor = (states.get(row.id) ?? []).reduce(
        (sum, { amount_captured, amount_refunded }) => sum + amount_captured - amount_refunded,
        0,
      );
      const isAtProvider = row.provider !== null;
      const expectedMinor = isAtProvider ? bookedMinor : 0;
      t.is(heldMinor, expectedMinor, `payment ${row.id}, ${row.status}, order ${order.id}`);
      checkMessages(t, { id: row.id, isCaptured, refundedMinor: row.refundedMinor }, messages);
    }
    t.true(netMinor <= totalMinor, 'nobody pays an order twice');
    if (order.isCancelled) t.is(netMinor, 0, `cancelled order ${order.id} keeps money`);
  }
}

/** A link is open only while its order takes money, and paid only if its payment was captured. */
async function checkLinks(
  t: Pick<import('ava').ExecutionContext, 'deepEqual'>,
  { payments, orders }: World,
): Promise<void> {
  const wrong = await payments.prisma.$queryRaw<{ id: string; status: string }[]>`
    SELECT link.id, link.status::text FROM payment_links AS link
    JOIN payable_orders AS known ON known.order_id = link.order_id
    WHERE link.order_id = ANY (${orders.map(({ id }) => id)}::uuid[]) AND CASE link.status
      WHEN 'PENDING' THEN known.status <> 'PAYABLE' OR link.expires_at < now() - interval '5 seconds'
      WHEN 'PAID' THEN NOT EXISTS (SELECT FROM payments WHERE payment_link_id = link.id
        AND status IN ('CAPTURED', 'REFUNDED'))
      ELSE EXISTS (SELECT FROM payments WHERE payment_link_id = link.id AND status = 'PENDING')
    END`;
  t.deepEqual(wrong, []);
}

/** What a client owes is what the transactions say, each after the other. */
async function checkCredit(
  t: Pick<import('ava').ExecutionContext, 'is'>,
  { payments, creditAccountId: id }: World,
): Promise<void> {
  const account = await payments.prisma.clientCreditAccount.findUniqueOrThrow({
    where: { id },
    include: { transactions: true, payments: true },
  });
  const owedMinor = account.transactions.reduce(
    (sum, { kind, amountMinor }) => sum + (kind === 'DRAWDOWN' ? amountMinor : -amountMinor),
    0,
  );
  t.is(account.balanceMinor, owedMinor, 'what is owed');
  const paidBackMinor = account.transactions
    .filter(({ kind }) => kind === 'PAYMENT')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const boughtMinor = account.payments.reduce(
    (sum, { amountMinor, refundedMinor }) => sum + amountMinor - refundedMinor,
    0,
  );
  t.is(account.balanceMinor, boughtMinor - paidBackMinor, 'what was bought and kept');
}

function checkMessages(
  t: Pick<import('ava').ExecutionContext, 'is'>,
  payment: { readonly id: string; readonly isCaptured: boolean; readonly refundedMinor: number },
  messages: readonly Message[],
): void {
  const of = <Payload extends PaymentCaptured | PaymentFailed | PaymentRefunded>(type: string) =>
    messages
      .filter((message) => message.type === type)
      .map(({ payload }) => payload as Payload)
      .filter(({ paymentId }) => paymentId === payment.id);
  t.is(of('payment.captured').length, payment.isCaptured ? 1 : 0, 'told of once');
  t.is(of('payment.failed').length, payment.isCaptured ? 0 : 1, 'told of once');
  const refunded = of<PaymentRefunded>('payment.refunded');
  const sumMinor = refunded.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  t.is(sumMinor, payment.refundedMinor, 'every refund told of once');
}
