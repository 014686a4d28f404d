import type { AddressInfo } from 'node:net';
import { createDatabaseAdapter } from '@plaza/kit/database';
import {
  createTestSubgraph,
  type TestResult,
  type TestSubgraph,
} from '@plaza/kit/test-kit/create-test-subgraph';
import type { TestViewer } from '@plaza/kit/test-kit/test-tokens';
import { createUuidV7 } from '@plaza/kit/uuid';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import type { OrderCreated } from '@plaza/schema/events';
import anyTest, { type TestFn } from 'ava';
import { type PaymentsConfig, readPaymentsConfig } from '../../src/config.ts';
import { PrismaClient } from '../../src/generated/prisma/client.ts';
import { readSandboxConfig, type SandboxConfig } from '../../src/sandbox/config.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import {
  createSandboxClient,
  type TestSandbox,
  testApiKey,
  testWebhookSecret,
} from '../../src/sandbox/test-kit/start-test-sandbox.ts';
import { paymentsSubgraph } from '../../src/subgraph.ts';

/** Whatever the test's own document selects. */
type RootField = TestResult['data'];

/** How long a test waits for a state before it fails. */
const waitMs = 15_000;

export const asAna: TestViewer = { userId: demoAccounts.ana.id };
export const asLuis: TestViewer = { userId: demoAccounts.luis.id };
export const asSeller: TestViewer = { userId: demoAccounts.seller.id, role: 'SELLER' };
export const asAdministrator: TestViewer = {
  userId: demoAccounts.administrator.id,
  role: 'ADMINISTRATOR',
};

/** `test` of a file whose tests share one payments, as `t.context`. */
export function testWithPayments(changes: Partial<PaymentsConfig> = {}): TestFn<TestPayments> {
  const test = anyTest as TestFn<TestPayments>;
  test.before(async (t) => {
    t.context = await createTestPayments(changes);
  });
  test.after.always(async (t) => {
    await t.context?.[Symbol.asyncDispose]?.(); // not there when its start has failed
  });
  return test;
}

/** Payments on real PostgreSQL and a real bus, with the sandbox as another server over HTTP. */
export interface TestPayments extends AsyncDisposable {
  readonly subgraph: TestSubgraph<PaymentsConfig>;
  readonly prisma: PrismaClient;
  readonly sandbox: Pick<TestSandbox, 'api' | 'pay' | 'setFaults'>;
  /** Tells payments of an order and waits until it knows; resolves to the order's id. */
  createOrder(changes?: Partial<OrderCreated>): Promise<string>;
  /** Runs an operation and gives its one root field; throws what it answers instead. */
  run(document: string, variables: object, viewer?: TestViewer): Promise<RootField>;
  /** payOrder with a fresh key unless one is given. */
  pay(orderId: string, cardToken: string, key?: string, viewer?: TestViewer): Promise<RootField>;
  stopSandbox(): Promise<void>;
  startSandbox(): Promise<void>;
}

export async function createTestPayments(
  changes: Partial<PaymentsConfig> = {},
  sandboxChanges: Partial<SandboxConfig> = {},
  definition = paymentsSubgraph,
): Promise<TestPayments> {
  // Keeps its port until it is known where webhooks go.
  const portHolder = await startSandbox({ ...readSandboxConfig({}), port: 0, logLevel: 'silent' });
  const sandboxUrl = portHolder.url;
  const config = readPaymentsConfig({});
  const subgraph = await createTestSubgraph(definition, {
    ...config,
    reconcileIntervalMs: 50,
    reconcileDelayMs: 100,
    linkExpiryIntervalMs: 50,
    abandonAfterMs: 3_000,
    orderWaitMs: 500,
    refundRetriesMax: 0,
    provider: {
      ...config.provider,
      baseUrl: sandboxUrl,
      apiKey: testApiKey,
      webhookSecrets: [testWebhookSecret],
      attemptTimeoutMs: 300,
      callTimeoutMs: 1_000,
      retryDelayMs: 10,
      circuitOpenMs: 100,
    },
    ...changes,
  });
  await subgraph.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = subgraph.app.server.address() as AddressInfo;
  const sandboxConfig: SandboxConfig = {
    ...readSandboxConfig({}),
    port: Number(new URL(sandboxUrl).port),
    apiKey: testApiKey,
    webhookUrl: `http://127.0.0.1:${port}/webhooks/payments`,
    webhookSecret: testWebhookSecret,
    isControlEnabled: true,
    captureDelayMs: 20,
    lateCaptureDelayMs: 300,
    slowAnswerMs: 100,
    webhookRetryDelayMs: 20,
    webhookRetryDelayMaxMs: 200,
    logLevel: 'silent',
    ...sandboxChanges,
  };
  await portHolder.close();
  let running: RunningSandbox | undefined = await startSandbox(sandboxConfig);
  const prisma = new PrismaClient({ adapter: createDatabaseAdapter('test', subgraph.config) });
  const stopSandbox = async () => {
    await running?.close();
    running = undefined;
  };
  const run: TestPayments['run'] = async (document, variables, viewer) => {
    const operation = { query: document, variables: { ...variables } };
    const result = await subgraph.execute({ ...operation, ...(viewer && { viewer }) });
    if (result.errors !== undefined) throw new Error(result.errors[0]?.message);
    return Object.values(result.data)[0] as RootField;
  };
  return {
    subgraph,
    prisma,
    sandbox: createSandboxClient(sandboxUrl),
    run,
    stopSandbox,
    startSandbox: async () => {
      running ??= await startSandbox(sandboxConfig);
    },
    createOrder: async (orderChanges = {}) => {
      const order = newOrder(orderChanges);
      await subgraph.messaging.publish('order.created', order);
      const where = { orderId: order.orderId };
      await eventually(async () => (await prisma.payableOrder.findUnique({ where })) ?? undefined);
      return order.orderId;
    },
    pay: (orderId, cardToken, key = createUuidV7(), viewer = asAna) =>
      run(payOrderMutation, { orderId, cardToken, key }, viewer),
    async [Symbol.asyncDispose]() {
      await stopSandbox();
      await prisma.$disconnect();
      await subgraph[Symbol.asyncDispose]();
    },
  };
}

export function newOrder(changes: Partial<OrderCreated> = {}): OrderCreated {
  return {
    orderId: createUuidV7(),
    reference: 'ORD-77',
    buyerId: demoAccounts.ana.id,
    sellerId: null,
    channel: 'ONLINE',
    totalMinor: 100_000,
    currency: 'MXN',
    payableUntil: new Date(Date.now() + 600_000).toISOString(),
    ...changes,
  };
}

export const payOrderMutation = `mutation ($orderId: ID!, $cardToken: String!, $key: String!) {
  payOrder(orderId: $orderId, cardToken: $cardToken, idempotencyKey: $key) {
    __typename
    ... on PaymentProcessing { payment { id status } }
    ... on PaymentCaptured { payment { id status capturedAt } }
    ... on ChallengeRequired { payment { id } url expiresAt }
    ... on PaymentDeclined { payment { id status } reason }
    ... on PaymentProviderAway { payment { id status } }
    ... on OrderNotPayable { refusal openPayment { id } }
    ... on OrderUnknownYet { retryAfterMs }
    ... on PaymentKeyReused { message }
  } }`;

/** Asks until there is an answer; throws after fifteen seconds. */
export async function eventually<T>(ask: () => Promise<T | undefined>, what = 'it'): Promise<T> {
  const endMs = performance.now() + waitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > endMs) throw new Error(`Waited ${waitMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
