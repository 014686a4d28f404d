import { createUuidV7 } from '@plaza/kit/uuid';
import type { Action, ModelOrder, World } from './random-actions.ts';
import { asAdministrator, asSeller, type TestPayments } from './test-payments.ts';

/** What every client of the model may owe at most, in centavos. */
const limitsMinor = [0, 50_000, 150_000];
const linkMutation = `mutation ($orderId: ID!, $expiresAt: DateTime!, $key: String!) {
  createPaymentLink(orderId: $orderId, expiresAt: $expiresAt, idempotencyKey: $key) { __typename } }`;
const payLinkMutation = `mutation ($code: String!, $cardToken: String!, $key: String!) {
  payPaymentLink(code: $code, cardToken: $cardToken, idempotencyKey: $key) { __typename } }`;
const cancelLinkMutation =
  'mutation ($code: String!) { cancelPaymentLink(code: $code) { __typename } }';
const sellMutation = `mutation ($orderId: ID!, $tenders: [TenderInput!]!, $key: String!) {
  recordBoxOfficePayments(orderId: $orderId, tenders: $tenders, idempotencyKey: $key) {
    __typename } }`;
const handoverMutation =
  'mutation ($id: ID!) { recordRefundHandover(refundId: $id) { __typename } }';
const limitMutation = `mutation ($clientId: ID!, $limitMinor: Int!) {
  setClientCreditLimit(clientId: $clientId, limitMinor: $limitMinor) { id } }`;
const payCreditMutation = `mutation ($accountId: ID!, $amountMinor: Int!, $key: String!) {
  recordClientCreditPayment(accountId: $accountId, amountMinor: $amountMinor, idempotencyKey: $key) {
    __typename } }`;

/** The one account of the model: everybody buys on its credit. */
export async function openCreditAccount({ run }: TestPayments): Promise<string> {
  const variables = { clientId: createUuidV7(), limitMinor: 150_000 };
  return (await run(limitMutation, variables, asAdministrator)).id;
}

async function openLink({ payments }: World, { id: orderId }: ModelOrder) {
  return payments.prisma.paymentLink.findFirst({ where: { orderId, status: 'PENDING' } });
}

/** Hands over all cash and slips of these orders that wait for it. */
export async function handOver({ payments }: World, orderIds: string[]): Promise<void> {
  const where = { orderId: { in: orderIds }, status: 'REQUESTED' as const, nextTryAt: null };
  for (const { id } of await payments.prisma.refund.findMany({ where })) {
    await payments.run(handoverMutation, { id }, asSeller);
  }
}

/** What sellers do, and those whom they sell to. */
export const salesActions: Readonly<Record<string, Action>> = {
  async 'creates a link'({ payments }, { id: orderId }) {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    await payments.run(linkMutation, { orderId, expiresAt, key: createUuidV7() }, asSeller);
  },
  async 'pays by the link'(world, order) {
    const link = await openLink(world, order);
    if (link === null) return;
    const cardToken = world.random.pick(['tok_instant', 'tok_visa', 'tok_declined']);
    const variables = { code: link.code, cardToken, key: createUuidV7() };
    await world.payments.run(payLinkMutation, variables);
  },
  async 'cancels the link'(world, order) {
    const link = await openLink(world, order);
    if (link !== null) await world.payments.run(cancelLinkMutation, { code: link.code }, asSeller);
  },
  async 'lets the link run out'({ payments }, { id: orderId }) {
    const past = new Date(Date.now() - 7_200_000);
    await payments.prisma.paymentLink.updateMany({
      where: { orderId, status: 'PENDING' },
      data: { activatesAt: past, expiresAt: new Date() },
    });
  },
  async 'sells over the counter'({ payments, random, creditAccountId }, { id: orderId }) {
    const onCreditMinor = random.pick([0, 30_000, 100_000]);
    const credit = { method: 'CLIENT_CREDIT', amountMinor: onCreditMinor, creditAccountId };
    const cash = { method: 'CASH', amountMinor: random.pick([70_000, 100_000, 200_000]) };
    const tenders = [credit, cash]
      .filter(({ amountMinor }) => amountMinor > 0)
      .map((tender) => ({ ...tender, currency: 'MXN' }));
    const paid = onCreditMinor === 100_000 ? tenders.slice(0, 1) : tenders;
    await payments.run(sellMutation, { orderId, tenders: paid, key: createUuidV7() }, asSeller);
  },
  async 'hands money over'(world, order) {
    await handOver(world, [order.id]);
  },
  async 'pays credit back'({ payments, random, creditAccountId: accountId }) {
    const amountMinor = random.pick([5_000, 30_000, 100_000]);
    const variables = { accountId, amountMinor, key: createUuidV7() };
    await payments.run(payCreditMutation, variables, asSeller);
  },
  async 'changes the limit'({ payments, random, creditAccountId: id }) {
    const account = await payments.prisma.clientCreditAccount.findUniqueOrThrow({ where: { id } });
    const variables = { clientId: account.clientId, limitMinor: random.pick(limitsMinor) };
    await payments.run(limitMutation, variables, asAdministrator);
  },
};
