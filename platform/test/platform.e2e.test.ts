import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { demoAccounts, demoPassword } from '@plaza/schema/demo-accounts';
import anyTest from 'ava';
import { plazaQuery } from '../src/example-operations.ts';
import {
  type GraphAnswer,
  startTestPlatform,
  type TestPlatform,
} from './kit/start-test-platform.ts';

// One platform for all, stopped by the last tests: they run in order.
const test = anyTest.serial;
let platform: TestPlatform;

anyTest.before(async () => {
  platform = await startTestPlatform();
});

anyTest.after.always(() => platform?.[Symbol.asyncDispose]());

const staffQuery = `{
  users(first: 2) { nodes { name orders(first: 1) { nodes { payment { status } } } } }
  payments(first: 2) { nodes { payer { name } order { reference buyer { name } } } }
}`;

interface StaffData {
  readonly payments: { readonly nodes: readonly { order: { buyer: unknown }; payer: unknown }[] };
}

interface CreatedClient {
  readonly createApiClient: { readonly key: string; readonly client: { readonly id: string } };
}

test('the banner shows what the pasted query answers', async (t) => {
  const { data } = await platform.execute(plazaQuery.query);
  const printed = platform.printed();
  t.true(printed.includes(`${platform.url}/explorer/`));
  t.true(printed.replaceAll(/\s/g, '').includes(JSON.stringify(data).replaceAll(/\s/g, '')));
});

test('a visitor sees the events and nothing of anybody', async (t) => {
  const { data, errors } = await platform.execute(plazaQuery.query);
  t.is(errors, undefined);
  t.is(data?.me, null);
  t.like(data?.events, { nodes: { length: 2 } });
  const staff = await platform.execute(staffQuery);
  t.deepEqual(staff.data, { users: null, payments: null });
  t.deepEqual(
    staff.errors?.map(({ path, extensions }) => [path, extensions.code]),
    [
      [['users'], 'UNAUTHENTICATED'],
      [['payments'], 'UNAUTHENTICATED'],
    ],
  );
});

test('one query gives a customer their orders, payments and tickets from three subgraphs', async (t) => {
  const token = await platform.logIn(demoAccounts.ana.email, demoPassword);
  const { data, errors } = await platform.execute(plazaQuery.query, { token });
  t.is(errors, undefined);
  t.like(data?.me, {
    name: 'Ana Torres',
    orders: {
      nodes: [
        {
          reference: 'ORD1001',
          status: 'PAID',
          total: { amountMinor: 170_000, currency: 'MXN' },
          payment: { status: 'CAPTURED', payer: { name: 'Ana Torres' } },
        },
      ],
    },
  });
  const staff = await platform.execute(staffQuery, { token });
  t.deepEqual(
    staff.errors?.map(({ extensions }) => extensions.code),
    ['FORBIDDEN', 'FORBIDDEN'],
  );
});

test('an administrator reads people and payments', async (t) => {
  const token = await platform.logIn(demoAccounts.administrator.email, demoPassword);
  const { data, errors } = await platform.execute(staffQuery, { token });
  t.is(errors, undefined);
  const { nodes } = (data as unknown as StaffData).payments;
  t.true(nodes.length > 0);
  for (const { order, payer } of nodes) t.deepEqual(order.buyer, payer);
});

test('a forged token is refused and nothing is said about why', async (t) => {
  const token = await platform.logIn(demoAccounts.ana.email, demoPassword);
  const { errors } = await platform.execute('{ me { name } }', { token: `${token}x` });
  t.is(errors?.[0]?.extensions.code, 'UNAUTHENTICATED');
});

test('a subgraph answers the gateway alone', async (t) => {
  for (const port of ['IDENTITY_PORT', 'TICKETING_PORT', 'PAYMENTS_PORT']) {
    const response = await fetch(`http://localhost:${platform.ports[port]}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    const { errors } = (await response.json()) as GraphAnswer;
    t.is(errors?.[0]?.extensions.code, 'FORBIDDEN');
    t.regex(errors?.[0]?.message ?? '', /answers its gateway alone/);
  }
});

test('a partner is let in with a key, until it is revoked', async (t) => {
  const token = await platform.logIn(demoAccounts.administrator.email, demoPassword);
  const { data } = await platform.execute(
    `mutation {
      createApiClient(input: { name: "Resale", scopes: [], rateLimitClass: "gold" }) {
        ... on ApiClientCreated { key client { id } }
      }
    }`,
    { token },
  );
  const { key, client } = (data as unknown as CreatedClient).createApiClient;
  const catalogue = '{ events(first: 1) { nodes { name } } }';
  const ask = async (apiKey: string, query = catalogue, path = '/graphql') => {
    const response = await fetch(`${platform.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
      body: JSON.stringify({ query }),
    });
    const { errors } = (await response.json()) as GraphAnswer;
    return errors?.[0]?.extensions.code;
  };
  t.is(await ask(key), undefined);
  t.is(await ask(key, catalogue, '/graphql/partner'), undefined);
  t.is(await ask(key, '{ me { name } }'), 'GRAPHQL_VALIDATION_FAILED');
  t.is(await ask(key, catalogue, '/graphql/mobile'), 'FORBIDDEN');
  t.is(await ask(`${key.slice(0, -1)}-`), 'UNAUTHENTICATED');
  const revoke = `mutation { revokeApiClient(id: "${client.id}") { __typename } }`;
  const revokedAt = performance.now();
  t.is((await platform.execute(revoke, { token })).errors, undefined);
  let code = await ask(key);
  while (code !== 'UNAUTHENTICATED') {
    await delay(100);
    code = await ask(key);
  }
  t.true(performance.now() - revokedAt < 5_000);
});

test('Ctrl-C leaves no process behind and keeps the data', async (t) => {
  const postmaster = join(platform.dataFolder, 'postgres', 'postmaster.pid');
  const pid = Number(readFileSync(postmaster, 'utf8').split('\n')[0]);
  t.is(await platform.interrupt(), 0);
  t.false(existsSync(postmaster), 'PostgreSQL shut down cleanly');
  t.throws(() => process.kill(pid, 0));
  await t.throwsAsync(fetch(`${platform.url}/live`));
});

test('the death of the gateway stops the platform with a word', async (t) => {
  await using second = await startTestPlatform({}, platform.dataFolder);
  process.kill(Number(gatewayPid(second)), 'SIGKILL');
  for (let waited = 0; second.launcher.exitCode === null && waited < 20_000; waited += 50) {
    await delay(50);
  }
  t.true(second.printed().includes('the gateway ended'));
});

/** The gateway is the launcher's child that was started with the data folder's supergraph. */
function gatewayPid({ launcher }: TestPlatform): string {
  const children = readFileSync(`/proc/${launcher.pid}/task/${launcher.pid}/children`, 'utf8');
  const isGateway = (pid: string): boolean =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('supergraph.graphql');
  return children.trim().split(' ').find(isGateway) ?? '';
}
