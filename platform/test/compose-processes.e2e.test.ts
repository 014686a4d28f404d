/** The processes of docker-compose.yml, started by hand where no engine runs containers. */
import { demoAccounts, demoPassword } from '@plaza/schema/demo-accounts';
import anyTest from 'ava';
import { plazaQuery } from '../src/example-operations.ts';
import { readDevelopmentVariables } from './compose/compose-file.ts';
import { Composition } from './compose/composition.ts';

// One composition for all, stopped by the last test: they run in order.
const test = anyTest.serial;
let composition: Composition;

anyTest.before(async (t) => {
  t.timeout(240_000);
  composition = await Composition.create(readDevelopmentVariables());
  await composition.up();
});

anyTest.after.always(() => composition?.[Symbol.asyncDispose]());

interface PlazaAnswer {
  readonly data: {
    readonly events: { readonly nodes: readonly unknown[] };
    readonly me: { readonly name: string; readonly orders: { readonly nodes: readonly unknown[] } };
  };
  readonly errors?: unknown;
}

const logIn = `mutation ($email: String!, $password: String!) {
  logIn(input: { email: $email, password: $password }) { ... on LogInSuccess { accessToken } }
}`;

test('answer a federated query of a customer through the gateway', async (t) => {
  const { email } = demoAccounts.ana;
  const account = { query: logIn, variables: { email, password: demoPassword } };
  const { data } = await ask<{ data: { logIn: { accessToken: string } } }>(account);
  const answer = await ask<PlazaAnswer>({ query: plazaQuery.query }, data.logIn.accessToken);
  t.is(answer.errors, undefined);
  t.is(answer.data.events.nodes.length, 2);
  t.is(answer.data.me.name, demoAccounts.ana.name);
  t.like(answer.data.me.orders.nodes[0], { payment: { payer: { name: demoAccounts.ana.name } } });
});

test('pass the health checks of their images, which fail where nothing answers', async (t) => {
  for (const name of ['gateway', 'payment-sandbox']) {
    const { code, printed } = await composition.checkHealth(name);
    t.is(code, 0, printed);
  }
  const unanswered = `${composition.urlOf('gateway')}/nothing-here`;
  const { code } = await composition.checkHealth('gateway', { HEALTH_URL: unanswered });
  t.is(code, 1);
});

test('let the payment sandbox report to payments, which believes only what is signed', async (t) => {
  const { PAYMENT_SANDBOX_WEBHOOK_URL: url = '' } = composition.environmentOf('payment-sandbox');
  const forged = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  t.is(forged.status, 401);
});

test('migrate again without a change, and say so', async (t) => {
  const { code, printed } = await composition.run('identity-migrate');
  t.is(code, 0, printed);
  t.like(JSON.parse(printed), { 'subgraph.name': 'identity', 'migrations.applied': [] });
});

test('refuse demo data in production, and a database that is away, with one line and code 1', async (t) => {
  const refused = await composition.run('identity-seed', { NODE_ENV: 'production' });
  t.is(refused.code, 1);
  t.is(refused.printed, 'Demo data of identity are refused while NODE_ENV is production.\n');
  const url = 'postgresql://payments@127.0.0.1:1/payments';
  const away = await composition.run('payments-migrate', { PAYMENTS_DATABASE_URL: url });
  t.is(away.code, 1);
  t.regex(away.printed, /^The database payments at 127\.0\.0\.1:1 cannot be used .*\n$/);
});

test('end with code 0 on SIGTERM, the gateway first', async (t) => {
  const ended = await composition.down();
  t.is(Object.keys(ended)[0], 'gateway');
  const codes = Object.entries(ended).map(([name, { code }]) => [name, code]);
  const names = ['gateway', 'identity', 'payment-sandbox', 'payments', 'ticketing'];
  t.deepEqual(
    codes.sort(),
    names.map((name) => [name, 0]),
  );
});

async function ask<Answer>(body: object, token?: string): Promise<Answer> {
  const response = await fetch(`${composition.urlOf('gateway')}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer;
}
