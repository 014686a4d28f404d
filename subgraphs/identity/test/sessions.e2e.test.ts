import anyTest, { type TestFn } from 'ava';
import { decodeJwt } from 'jose';
import {
  createIdentityUnderTest,
  type IdentityUnderTest,
  tokenFields,
} from './kit/identity-under-test.ts';

const test = anyTest as TestFn<IdentityUnderTest>;
const secondMs = 1_000;
const dayMs = 24 * 60 * 60 * secondMs;

test.before(async (t) => {
  t.context = await createIdentityUnderTest();
});
test.after.always(async (t) => {
  await t.context?.[Symbol.asyncDispose]();
});

const refreshMutation = `mutation ($refreshToken: String!) {
  refreshSession(refreshToken: $refreshToken) {
    __typename ... on RefreshSessionSuccess { ${tokenFields} } ... on SessionRevoked { message }
  } }`;

async function refresh({ run }: IdentityUnderTest, refreshToken: string) {
  const { data } = await run({ query: refreshMutation, variables: { refreshToken } });
  return data.refreshSession;
}

async function logOut({ run }: IdentityUnderTest, token: string) {
  const { data } = await run({ query: 'mutation { logOut { endedTotal } }', token });
  return data.logOut;
}

test.serial('a refresh token is exchanged for the next pair of the same session', async (t) => {
  const first = await t.context.register('rotate@example.com');
  const second = await refresh(t.context, first.refreshToken);
  t.is(second.__typename, 'RefreshSessionSuccess');
  t.not(second.refreshToken, first.refreshToken);
  t.is(decodeJwt(second.accessToken).sid, decodeJwt(first.accessToken).sid);
  t.is(decodeJwt(second.accessToken).sub, first.user.id);
  t.is((await refresh(t.context, second.refreshToken)).__typename, 'RefreshSessionSuccess');
});

test.serial('a token that comes again ends the session, for the thief and the owner', async (t) => {
  const first = await t.context.register('reuse@example.com');
  const second = await refresh(t.context, first.refreshToken);
  t.context.clock.now += 11 * secondMs;
  t.deepEqual(await refresh(t.context, first.refreshToken), {
    __typename: 'SessionRevoked',
    message: 'This session was ended: log in again',
  });
  t.is((await refresh(t.context, second.refreshToken)).__typename, 'SessionRevoked');
  const sessionId = String(decodeJwt(first.accessToken).sid);
  const entries = await t.context.prisma.auditEntry.findMany({ where: { entityId: sessionId } });
  t.true(entries.some(({ action }) => action === 'session.reuse_detected'));
});

test.serial(
  'a lost answer is repeated within ten seconds, and the lost token is dead',
  async (t) => {
    const first = await t.context.register('lost@example.com');
    const lost = await refresh(t.context, first.refreshToken);
    t.context.clock.now += 9 * secondMs;
    const repeated = await refresh(t.context, first.refreshToken);
    t.is(repeated.__typename, 'RefreshSessionSuccess');
    t.is((await refresh(t.context, lost.refreshToken)).__typename, 'SessionRevoked');
    t.is((await refresh(t.context, repeated.refreshToken)).__typename, 'SessionRevoked');
  },
);

test.serial('the grace does not cover a token whose successor was used', async (t) => {
  const first = await t.context.register('used@example.com');
  const second = await refresh(t.context, first.refreshToken);
  await refresh(t.context, second.refreshToken);
  t.is((await refresh(t.context, first.refreshToken)).__typename, 'SessionRevoked');
});

test.serial('of two exchanges at the same moment at most one token stays alive', async (t) => {
  const first = await t.context.register('moment@example.com');
  await Promise.all([1, 2, 3].map(() => refresh(t.context, first.refreshToken)));
  const alive = await t.context.prisma.refreshToken.count({
    where: { session: { userId: first.user.id }, usedAt: null, voidedAt: null },
  });
  t.is(alive, 1);
});

test.serial('a session ends after 14 days unused and after 90 days in any case', async (t) => {
  const idle = await t.context.register('idle@example.com');
  t.context.clock.now += 14 * dayMs;
  t.is((await refresh(t.context, idle.refreshToken)).__typename, 'SessionExpired');

  let { refreshToken } = await t.context.register('old@example.com');
  for (let day = 0; day < 84; day += 12) {
    t.context.clock.now += 12 * dayMs;
    const next = await refresh(t.context, refreshToken);
    t.is(next.__typename, 'RefreshSessionSuccess');
    ({ refreshToken } = next);
  }
  t.context.clock.now += 6 * dayMs;
  t.is((await refresh(t.context, refreshToken)).__typename, 'SessionExpired');
});

test.serial('what is no token, or nobody’s, is refused without ending anything', async (t) => {
  const { refreshToken } = await t.context.register('forged@example.com');
  const forged = `${refreshToken.slice(0, 22)}${'A'.repeat(42)}`; // the session is right
  for (const text of ['', 'x'.repeat(100_000), 'A'.repeat(64), forged]) {
    t.is((await refresh(t.context, text)).__typename, 'SessionExpired');
  }
  t.is((await refresh(t.context, refreshToken)).__typename, 'RefreshSessionSuccess');
});

test.serial('refresh tokens are in the database as hashes alone', async (t) => {
  const { refreshToken } = await t.context.register('hash@example.com');
  const rows = await t.context.prisma.refreshToken.findMany({
    where: { session: { user: { email: 'hash@example.com' } } },
  });
  t.is(rows.length, 1);
  t.is(rows[0]?.hash.length, 32);
  const secret = Buffer.from(refreshToken, 'base64url').toString('hex');
  t.false(secret.includes(Buffer.from(rows[0]?.hash ?? []).toString('hex')));
  t.false(t.context.logLines.join('').includes(refreshToken));
});

test.serial('logging out ends this session and no other', async (t) => {
  const here = await t.context.register('out@example.com');
  const there = await t.context.logIn('out@example.com');
  t.deepEqual(await logOut(t.context, here.accessToken), { endedTotal: 1 });
  t.deepEqual(await logOut(t.context, here.accessToken), { endedTotal: 0 });
  t.is((await refresh(t.context, here.refreshToken)).__typename, 'SessionRevoked');
  t.is((await refresh(t.context, there.refreshToken)).__typename, 'RefreshSessionSuccess');
});

test.serial('a refresh token logs out where the access token has ended', async (t) => {
  const { refreshToken } = await t.context.register('late@example.com');
  const query = 'mutation ($token: String) { logOut(refreshToken: $token) { endedTotal } }';
  const out = (token: string) => t.context.run({ query, variables: { token } });
  t.deepEqual((await out('nobody’s')).data.logOut, { endedTotal: 0 });
  t.deepEqual((await out(refreshToken)).data.logOut, { endedTotal: 1 });
  t.is((await refresh(t.context, refreshToken)).__typename, 'SessionRevoked');
});

test.serial('logging out everywhere ends one’s own sessions alone', async (t) => {
  const mine = await t.context.register('every@example.com');
  const alsoMine = await t.context.logIn('every@example.com');
  const others = await t.context.register('others@example.com');
  const query = 'mutation { logOutEverywhere { endedTotal } }';
  const { data } = await t.context.run({ query, token: mine.accessToken });
  t.deepEqual(data.logOutEverywhere, { endedTotal: 2 });
  t.is((await refresh(t.context, alsoMine.refreshToken)).__typename, 'SessionRevoked');
  t.is((await refresh(t.context, others.refreshToken)).__typename, 'RefreshSessionSuccess');
});

test.serial('sessions lists one’s own open sessions and marks the present one', async (t) => {
  const first = await t.context.register('list@example.com');
  t.context.clock.now += 60 * secondMs;
  const second = await t.context.logIn('list@example.com', { clientAddress: '203.0.113.7' });
  const query = '{ sessions { id isCurrent clientAddress createdAt lastUsedAt expiresAt } }';
  const { data } = await t.context.run({ query, token: first.accessToken });
  t.like(data.sessions, [
    { id: decodeJwt(second.accessToken).sid, isCurrent: false, clientAddress: '203.0.113.7' },
    { id: decodeJwt(first.accessToken).sid, isCurrent: true, clientAddress: null },
  ]);
  await logOut(t.context, second.accessToken);
  t.is((await t.context.run({ query, token: first.accessToken })).data.sessions.length, 1);
});

test.serial('a user has a hundred sessions; one more ends the longest unused', async (t) => {
  const { refreshToken, user } = await t.context.register('many@example.com');
  t.context.clock.now += 60 * secondMs;
  const at = new Date(t.context.clock.now);
  const expiresAt = new Date(at.getTime() + dayMs);
  const session = { userId: user.id, createdAt: at, lastUsedAt: at, expiresAt };
  const data = Array.from({ length: 99 }, () => ({ ...session, id: crypto.randomUUID() }));
  await t.context.prisma.session.createMany({ data });
  const last = await t.context.logIn('many@example.com');
  t.is((await refresh(t.context, refreshToken)).__typename, 'SessionRevoked');
  const list = await t.context.run({ query: '{ sessions { id } }', token: last.accessToken });
  t.is(list.data.sessions.length, 100);
});

test.serial('one operation holds one attempt, whatever it is called', async (t) => {
  const { refreshToken } = await t.context.register('alias@example.com');
  const refreshing = (name: string) =>
    `${name}: refreshSession(refreshToken: "${refreshToken}") { __typename }`;
  const guess = 'logIn(input: { email: "alias@example.com", password: "guess" }) { __typename }';
  const query = `mutation { ${refreshing('a')} guess: ${guess} }`;
  const { data, errors } = await t.context.run({ query });
  t.is(data, null);
  t.deepEqual(errors?.[0]?.extensions, {
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'attempts',
    allowed: 1,
  });
});
