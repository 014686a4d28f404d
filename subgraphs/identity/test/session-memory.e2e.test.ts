import anyTest, { type TestFn } from 'ava';
import { decodeJwt } from 'jose';
import { forgetSessions } from '../src/session/forget-sessions.ts';
import {
  createIdentityUnderTest,
  type IdentityUnderTest,
  type LoggedIn,
} from './kit/identity-under-test.ts';

const test = anyTest as TestFn<IdentityUnderTest>;
const dayMs = 24 * 60 * 60_000;

test.beforeEach(async (t) => {
  t.context = await createIdentityUnderTest();
});
test.afterEach.always(async (t) => {
  await t.context?.[Symbol.asyncDispose]();
});

async function refresh({ run }: IdentityUnderTest, { refreshToken }: LoggedIn) {
  const query = `mutation ($refreshToken: String!) { refreshSession(refreshToken: $refreshToken) {
    __typename ... on RefreshSessionSuccess { accessToken refreshToken user { id } } } }`;
  return (await run({ query, variables: { refreshToken } })).data.refreshSession;
}

async function forget({ prisma, clock }: IdentityUnderTest): Promise<void> {
  while (await forgetSessions(prisma, clock.now));
}

const sessionIdOf = ({ accessToken }: LoggedIn) => String(decodeJwt(accessToken).sid);

test('the first token of a session is recognised to its last day, however old it is', async (t) => {
  const first = await t.context.register('ana@example.com');
  let last = first;
  for (let day = 0; day < 84; day += 12) {
    t.context.clock.now += 12 * dayMs;
    await forget(t.context);
    last = await refresh(t.context, last);
  }
  t.context.clock.now += 5 * dayMs;
  await forget(t.context);
  t.is((await refresh(t.context, first)).__typename, 'SessionRevoked');
  t.is((await refresh(t.context, last)).__typename, 'SessionRevoked', 'its thief is found out');
});

test('a session goes with all its tokens 30 days after its end', async (t) => {
  const { prisma, clock } = t.context;
  const first = await t.context.register('ana@example.com');
  await refresh(t.context, first);
  const where = { sessionId: sessionIdOf(first) };
  clock.now += 119 * dayMs;
  await forget(t.context);
  t.is(await prisma.refreshToken.count({ where }), 2);
  clock.now += 2 * dayMs;
  await forget(t.context);
  t.is(await prisma.refreshToken.count({ where }), 0);
  t.is(await prisma.session.count({ where: { id: sessionIdOf(first) } }), 0);
  t.is((await refresh(t.context, first)).__typename, 'SessionExpired');
});

test('one that was ended early is kept until its 90 days are over', async (t) => {
  const { prisma, clock, run } = t.context;
  const first = await t.context.register('ana@example.com');
  await run({ query: 'mutation { logOut { endedTotal } }', token: first.accessToken });
  clock.now += 89 * dayMs;
  await forget(t.context);
  t.is((await refresh(t.context, first)).__typename, 'SessionRevoked');
  clock.now += 2 * dayMs;
  await forget(t.context);
  t.is(await prisma.session.count({ where: { id: sessionIdOf(first) } }), 0);
});

test('several processes share the work', async (t) => {
  const { prisma, clock, createUser } = t.context;
  const { id: userId } = await createUser('many@example.com');
  const at = new Date(clock.now - 200 * dayMs);
  const session = { userId, createdAt: at, lastUsedAt: at, expiresAt: at };
  const data = Array.from({ length: 130 }, () => ({ ...session, id: crypto.randomUUID() }));
  await prisma.session.createMany({ data });
  await Promise.all([1, 2, 3].map(() => forget(t.context)));
  t.is(await prisma.session.count({ where: { userId } }), 0);
});
