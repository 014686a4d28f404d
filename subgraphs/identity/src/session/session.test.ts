import { setTimeout as delay } from 'node:timers/promises';
import { createDatabaseAdapter } from '@plaza/kit/database';
import { createTestSubgraph, type TestSubgraph } from '@plaza/kit/test-kit/create-test-subgraph';
import anyTest, { type TestFn } from 'ava';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { type IdentityConfig, readIdentityConfig } from '../config.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import { createIdentitySubgraph } from '../subgraph.ts';

const test = anyTest as TestFn<TestSubgraph<IdentityConfig>>;
const password = 'correct horse 1';
const clock = { now: Date.now() };

test.before(async (t) => {
  // Hashes are slow on purpose, and more so on a busy machine.
  const config = { ...readIdentityConfig({}), requestTimeoutMs: 60_000 };
  t.context = await createTestSubgraph(
    createIdentitySubgraph(() => clock.now),
    config,
  );
});
test.after.always(async (t) => {
  await t.context?.[Symbol.asyncDispose]();
});

const registerMutation = `mutation ($input: RegisterInput!) { register(input: $input) {
  __typename
  ... on RegisterSuccess { accessToken expiresAt user { id name email roles createdAt } }
  ... on EmailTaken { message }
} }`;
const logInMutation = `mutation ($input: LogInInput!) { logIn(input: $input) {
  __typename
  ... on LogInSuccess { accessToken expiresAt user { id email roles } }
  ... on InvalidCredentials { message }
} }`;

function register({ execute }: TestSubgraph<IdentityConfig>, input: object) {
  const account = { email: 'a@example.com', name: 'Ada', password, ...input };
  return execute({ query: registerMutation, variables: { input: account } });
}

function logIn({ execute }: TestSubgraph<IdentityConfig>, input: object) {
  return execute({ query: logInMutation, variables: { input: { password, ...input } } });
}

test.serial('registering makes a customer who is logged in and sees private fields', async (t) => {
  const { data, errors } = await register(t.context, { email: ' Ada@Example.COM ', name: ' Ada ' });
  t.is(errors, undefined);
  const { user, accessToken } = data.register;
  t.like(user, { name: 'Ada', email: 'ada@example.com', roles: ['CUSTOMER'] });
  const me = await t.context.execute({ query: '{ me { id email } }', token: accessToken });
  t.deepEqual(me.data, { me: { id: user.id, email: 'ada@example.com' } });
});

test.serial('an address has one account, whatever its case', async (t) => {
  t.is((await register(t.context, { email: 'one@example.com' })).errors, undefined);
  const { data } = await register(t.context, { email: 'ONE@example.com' });
  t.deepEqual(data.register, {
    __typename: 'EmailTaken',
    message: 'This e-mail address already has an account',
  });
});

test.serial('of two registrations at the same moment one wins', async (t) => {
  const both = await Promise.all([
    register(t.context, { email: 'race@example.com' }),
    register(t.context, { email: 'race@example.com' }),
  ]);
  const outcomes = both.map(({ data }) => data.register.__typename).sort();
  t.deepEqual(outcomes, ['EmailTaken', 'RegisterSuccess']);
});

test.serial('registering refuses bad input and names the field', async (t) => {
  const cases: [object, string, RegExp][] = [
    [{ email: 'not-an-address' }, 'email', /e-mail address/],
    [{ email: `${'a'.repeat(250)}@example.com` }, 'email', /254/],
    [{ email: 'nul\0@example.com' }, 'email', /e-mail address/],
    [{ name: '  ' }, 'name', /empty/],
    [{ name: 'a'.repeat(101) }, 'name', /100/],
    [{ name: 'nul\0' }, 'name', /control/],
    [{ password: 'short1' }, 'password', /8 characters/],
    [{ password: 'no digit here' }, 'password', /digit/],
    [{ password: '1'.repeat(129) }, 'password', /128/],
  ];
  for (const [input, field, message] of cases) {
    const { data, errors } = await register(t.context, { email: 'new@example.com', ...input });
    t.is(data, null);
    t.deepEqual(errors?.[0]?.extensions, { code: 'BAD_USER_INPUT', field });
    t.regex(errors?.[0]?.message ?? '', message);
  }
});

test.serial(
  'logging in answers a token that others verify against the published keys',
  async (t) => {
    await register(t.context, { email: 'token@example.com' });
    const { data, errors } = await logIn(t.context, { email: 'Token@example.com' });
    t.is(errors, undefined);
    const { accessToken, expiresAt, user } = data.logIn;
    const response = await t.context.app.inject('/.well-known/jwks.json');
    t.is(response.statusCode, 200);
    const keySet = response.json();
    t.deepEqual(Object.keys(keySet.keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    const { payload } = await jwtVerify(accessToken, createLocalJWKSet(keySet), {
      issuer: 'plaza-identity',
      audience: 'plaza',
      algorithms: ['EdDSA'],
    });
    t.like(payload, { sub: user.id, roles: ['CUSTOMER'], scope: '' });
    t.is((payload.exp ?? 0) - (payload.iat ?? 0), 900);
    t.is(new Date(expiresAt).getTime(), (payload.exp ?? 0) * 1_000);
    t.is(decodeProtectedHeader(accessToken).alg, 'EdDSA');
  },
);

test.serial('a wrong password and an unknown address get the same answer', async (t) => {
  await register(t.context, { email: 'known@example.com' });
  const wrong = [
    { email: 'known@example.com', password: 'wrong horse 1' },
    { email: 'known@example.com', password: `${password} ` },
    { email: 'known@example.com', password: '' },
    { email: 'known@example.com', password: 'x'.repeat(100_000) },
    { email: 'unknown@example.com' },
    { email: 'not-an-address' },
  ];
  for (const input of wrong) {
    clock.now += 15 * 60_000; // the longest wait after failed log-ins
    const { data, errors } = await logIn(t.context, input);
    t.is(errors, undefined);
    t.deepEqual(data.logIn, {
      __typename: 'InvalidCredentials',
      message: 'E-mail address or password is wrong',
    });
  }
});

for (const [title, change, answer] of [
  ['password', { passwordHash: '$scrypt$another' }, 'InvalidCredentials'],
  ['suspension', { suspendedAt: new Date() }, 'AccountSuspended'],
] as const) {
  test.serial(`a log-in under way when the ${title} changes opens no session`, async (t) => {
    const email = `race-${title}@example.com`;
    await register(t.context, { email });
    const prisma = new PrismaClient({ adapter: createDatabaseAdapter('test', t.context.config) });
    const logInUnderWay = await prisma.$transaction(
      async (transaction) => {
        await transaction.user.update({ where: { email }, data: change });
        let isOver = false;
        const attempt = logIn(t.context, { email }).finally(() => {
          isOver = true;
        });
        while (!isOver && !(await isAnyoneWaiting(prisma))) await delay(20);
        return { attempt }; // in an object, because a promise would be waited for here
      },
      { timeout: 60_000 },
    );
    const { data } = await logInUnderWay.attempt;
    t.is(data.logIn.__typename, answer);
    t.is(await prisma.session.count({ where: { user: { email } } }), 1, 'the registration’s own');
    await prisma.$disconnect();
  });
}

async function isAnyoneWaiting(prisma: PrismaClient): Promise<boolean> {
  const waiting = await prisma.$queryRaw<object[]>`SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return waiting.length > 0;
}

test.serial('an account keeps its password as a salted scrypt hash', async (t) => {
  await register(t.context, { email: 'salt-1@example.com' });
  await register(t.context, { email: 'salt-2@example.com' });
  const prisma = new PrismaClient({ adapter: createDatabaseAdapter('test', t.context.config) });
  const emails = ['salt-1@example.com', 'salt-2@example.com'];
  const users = await prisma.user.findMany({ where: { email: { in: emails } } });
  await prisma.$disconnect();
  const hashes = users.map((user) => user.passwordHash);
  t.is(new Set(hashes).size, 2);
  for (const hash of hashes) t.regex(hash, /^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/);
});

test.serial(
  'more log-ins at once than the machine can take are refused, not queued for ever',
  async (t) => {
    const attempts = Array.from({ length: 40 }, (_, index) =>
      logIn(t.context, { email: `unknown-${index}@example.com` }),
    );
    const results = await Promise.all(attempts);
    const refused = results.filter(
      ({ errors }) => errors?.[0]?.extensions?.code === 'RATE_LIMITED',
    );
    const answered = results.filter(({ data }) => data?.logIn.__typename === 'InvalidCredentials');
    t.true(refused.length >= 14); // 40 less two that run and 24 that wait
    t.true(answered.length >= 2);
    t.is(refused.length + answered.length, attempts.length);
  },
);

test.serial('passwords, tokens and private keys are in no log line', async (t) => {
  const { data } = await register(t.context, { email: 'log@example.com' });
  await logIn(t.context, { email: 'log@example.com', password: 'wrong horse 1' });
  const lines = t.context.logLines.join('');
  t.regex(lines, /signing key created/);
  t.false(lines.includes(data.register.accessToken));
  t.notRegex(lines, /correct horse|wrong horse|log@example\.com|"d":/);
});
