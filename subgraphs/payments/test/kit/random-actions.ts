import { createUuidV7 } from '@plaza/kit/uuid';
import type { Random } from './random.ts';
import { salesActions } from './random-sales.ts';
import { asAdministrator, asAna, type TestPayments } from './test-payments.ts';

/** What the test, in the part of ticketing, knows of an order. */
export interface ModelOrder {
  readonly id: string;
  readonly attempts: { readonly key: string; readonly cardToken: string }[];
  isPaid: boolean;
  isCancelled: boolean;
}

export interface World {
  readonly payments: TestPayments;
  readonly random: Random;
  readonly orders: readonly ModelOrder[];
  /** Ids of payments by the key that made them: a key must never make two. */
  readonly paymentOfKey: Map<string, Set<string>>;
  readonly creditAccountId: string;
}

const cardTokens = [
  'tok_instant',
  'tok_instant',
  'tok_visa',
  'tok_capture_late',
  'tok_declined',
  'tok_declined_late',
  'tok_challenge',
  'tok_challenge',
  'tok_challenge_declined',
  'tok_timeout_then_captured',
  'tok_reset_then_captured',
  'tok_timeout_not_received',
  'tok_refund_pending',
  'tok_refund_fails_twice',
  'tok_captures_half',
  'tok_captures_dollars',
  'tok_made_twice',
  'tok_charged_twice',
];

const refundMutation = `mutation ($paymentId: ID!, $amountMinor: Int, $key: String!) {
  refundPayment(paymentId: $paymentId, amountMinor: $amountMinor, idempotencyKey: $key) { __typename } }`;
const cancelMutation = 'mutation ($id: ID!) { cancelPayment(id: $id) { __typename } }';

async function pay(world: World, order: ModelOrder, attempt: ModelOrder['attempts'][number]) {
  const result = await world.payments.pay(order.id, attempt.cardToken, attempt.key);
  const id = result.payment?.id;
  if (id === undefined) return;
  const ids = world.paymentOfKey.get(attempt.key) ?? new Set();
  world.paymentOfKey.set(attempt.key, ids.add(id));
}

async function anyPayment({ payments, random }: World, { id: orderId }: ModelOrder) {
  const found = await payments.prisma.payment.findMany({ where: { orderId } });
  return found.length === 0 ? undefined : random.pick(found);
}

async function cancelOrder({ payments }: World, order: ModelOrder): Promise<void> {
  const { messaging } = payments.subgraph;
  const buyerId = asAna.userId;
  order.isCancelled = true;
  await messaging.publish('order.cancelled', { orderId: order.id, buyerId, reason: 'STAFF' });
  if (!order.isPaid) return;
  await messaging.publish('refund.requested', {
    refundRequestId: createUuidV7(),
    orderId: order.id,
    amountMinor: null,
    reason: 'ORDER_CANCELLED',
    requestedBy: null,
  });
}

/** How often each happens, relative to the others. */
const weights: Readonly<Record<string, number>> = {
  pays: 8,
  'pays again with the same key': 2,
  'answers the challenge': 4,
  refunds: 3,
  'cancels the payment': 2,
  'has a webhook delivered again': 2,
  'meets a provider that fails': 2,
  'creates a link': 2,
  'pays by the link': 3,
  'sells over the counter': 2,
};

export type Action = (world: World, order: ModelOrder) => Promise<unknown>;

/** Everything that people, other subgraphs, the provider and bad luck can do. */
export const actions: Readonly<Record<string, Action>> = {
  ...salesActions,
  async pays(world, order) {
    const attempt = { key: createUuidV7(), cardToken: world.random.pick(cardTokens) };
    order.attempts.push(attempt);
    await pay(world, order, attempt);
  },
  async 'pays again with the same key'(world, order) {
    if (order.attempts.length > 0) await pay(world, order, world.random.pick(order.attempts));
  },
  async 'answers the challenge'(world, order) {
    const where = { orderId: order.id, challengeUrl: { not: null } };
    const payment = await world.payments.prisma.payment.findFirst({ where });
    const choice = world.random.pick(['approve', 'approve', 'decline']);
    if (payment !== null) await fetch(`${payment.challengeUrl}/${choice}`, { method: 'POST' });
  },
  async 'cancels the payment'(world, order) {
    const payment = await anyPayment(world, order);
    if (payment !== undefined) await world.payments.run(cancelMutation, { id: payment.id }, asAna);
  },
  async refunds(world, order) {
    const payment = await anyPayment(world, order);
    if (payment === undefined) return;
    const amountMinor = world.random.pick([null, 10_000, 35_000, 100_000]);
    const variables = { paymentId: payment.id, amountMinor, key: createUuidV7() };
    await world.payments.run(refundMutation, variables, asAdministrator);
  },
  'cancels the order': cancelOrder,
  async 'issues the tickets'({ payments }, order) {
    const where = { orderId: order.id, status: 'CAPTURED' } as const;
    if (order.isCancelled || (await payments.prisma.payment.count({ where })) === 0) return;
    if (order.isCancelled) return; // meanwhile
    order.isPaid = true;
    const paid = { orderId: order.id, buyerId: asAna.userId, ticketIds: [] };
    await payments.subgraph.messaging.publish('order.paid', paid);
  },
  async 'has a webhook delivered again'({ payments, random }) {
    const { body } = await payments.sandbox.api('GET', '/sandbox/events?limit=1000');
    if (body.data.length === 0) return;
    const signature = random.pick(['valid', 'valid', 'wrong', 'stale']);
    const path = `/sandbox/events/${random.pick<{ id: string }>(body.data).id}/deliver`;
    await payments.sandbox.api('POST', path, { body: { signature } });
  },
  async 'meets a provider that fails'({ payments, random }) {
    const mode = random.pick(['unavailable', 'reset', 'hang', 'lose_answer']);
    await payments.sandbox.setFaults({ outage: { mode, calls: 1 + random.below(3) } });
  },
  async 'meets webhooks that go astray'({ payments, random }) {
    const webhooks = {
      duplicates: random.below(3),
      jitter_ms: random.below(100),
      reorder_group: random.pick([0, 2, 3]),
      drop_next: random.below(3),
    };
    await payments.sandbox.setFaults({ webhooks });
  },
  async 'loses its database connections'({ payments }) {
    await payments.prisma.$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'plaza-payments'`;
  },
};

/** Names of actions, each as often as its weight. */
export const weightedActions = Object.keys(actions).flatMap((name) =>
  Array.from({ length: weights[name] ?? 1 }, () => name),
);
