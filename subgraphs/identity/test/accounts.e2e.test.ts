import { demoAccounts } from '@plaza/schema/demo-accounts';
import anyTest, { type TestFn } from 'ava';
import { decodeJwt } from 'jose';
import {
  createIdentityUnderTest,
  type IdentityUnderTest,
  password,
} from './kit/identity-under-test.ts';

const test = anyTest as TestFn<IdentityUnderTest>;
const { administrator, supervisor } = demoAccounts;
const asAdministrator = { userId: administrator.id, role: 'ADMINISTRATOR' } as const;

test.before(async (t) => {
  t.context = await createIdentityUnderTest();
});
test.after.always(async (t) => {
  await t.context?.[Symbol.asyncDispose]();
});

const result = '__typename ... on User { id roles suspendedAt }';
const refreshMutation = `mutation ($token: String!) { refreshSession(refreshToken: $token) {
  __typename ... on RefreshSessionSuccess { accessToken } } }`;

async function administer(
  { run }: IdentityUnderTest,
  call: { field: string; userId: string; role?: string; as?: { userId: string } },
) {
  const role = call.role === undefined ? '' : `, role: ${call.role}`;
  const query = `mutation ($id: ID!) { result: ${call.field}(userId: $id${role}) { ${result} } }`;
  const viewer = { ...asAdministrator, ...call.as };
  const { data, errors } = await run({ query, variables: { id: call.userId }, viewer });
  return { ...data?.result, code: errors?.[0]?.extensions?.code };
}

async function auditOf({ prisma }: IdentityUnderTest, entityId: string, action: string) {
  return prisma.auditEntry.findMany({ where: { entityId, action }, orderBy: { id: 'asc' } });
}

test.serial('a profile changes by the fields that are given', async (t) => {
  const { accessToken: token, user } = await t.context.register('profile@example.com');
  const query = `mutation ($input: UpdateProfileInput!) {
    updateProfile(input: $input) { name locale phone } }`;
  const update = (input: object) => t.context.run({ query, variables: { input }, token });
  const start = { name: 'Ada', locale: 'ES', phone: null };
  t.deepEqual((await update({})).data.updateProfile, start);
  const phone = '+52 (664) 123-4567';
  const changed = { name: 'Ada L.', locale: 'EN', phone: '+526641234567' };
  const all = { name: ' Ada L. ', locale: 'EN', phone };
  t.deepEqual((await update(all)).data.updateProfile, changed);
  t.deepEqual((await update({ phone: null })).data.updateProfile, { ...changed, phone: null });
  for (const wrong of ['664 123 4567', '+0123456789', '+12', '+1234567890123456', '']) {
    const { errors } = await update({ phone: wrong });
    t.deepEqual(errors?.[0]?.extensions, { code: 'BAD_USER_INPUT', field: 'phone' });
  }
  const entries = await auditOf(t.context, user.id, 'user.profile_updated');
  t.is(entries.length, 2);
  t.like(entries[0], { actorId: user.id, before: { ...start }, after: { ...changed } });
});

test.serial('changing the password needs the old one and ends the other sessions', async (t) => {
  const here = await t.context.register('password@example.com');
  const there = await t.context.logIn('password@example.com');
  const query = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) {
    __typename ... on PasswordChanged { endedTotal } ... on TooManyAttempts { retryAfterS } } }`;
  const change = async (oldPassword: string, newPassword = 'battery staple 2') => {
    const variables = { input: { oldPassword, newPassword } };
    return t.context.run({ query, variables, token: here.accessToken });
  };
  const weak = await change(password, 'short');
  t.deepEqual(weak.errors?.[0]?.extensions, { code: 'BAD_USER_INPUT', field: 'newPassword' });
  t.is((await change('wrong horse 1')).data.changePassword.__typename, 'WrongPassword');
  t.is((await change(password)).data.changePassword.retryAfterS, 1);
  t.context.clock.now += 1_000;
  const changed = { __typename: 'PasswordChanged', endedTotal: 1 };
  t.deepEqual((await change(password)).data.changePassword, changed);
  t.is((await t.context.logIn('password@example.com')).__typename, 'InvalidCredentials');
  const refresh = async (token: string) =>
    (await t.context.run({ query: refreshMutation, variables: { token } })).data.refreshSession;
  t.is((await refresh(there.refreshToken)).__typename, 'SessionRevoked');
  t.is((await refresh(here.refreshToken)).__typename, 'RefreshSessionSuccess');
  const [entry] = await auditOf(t.context, here.user.id, 'user.password_changed');
  t.like(entry, { actorId: here.user.id, before: null, after: null });
});

test.serial('a granted role is in the tokens issued from then on', async (t) => {
  const { refreshToken, user } = await t.context.register('seller@example.com');
  const call = { field: 'grantRole', userId: user.id, role: 'SELLER' };
  t.like(await administer(t.context, call), { roles: ['CUSTOMER', 'SELLER'] });
  await administer(t.context, call); // again: nothing changes, nothing is recorded
  const variables = { token: refreshToken };
  const { data } = await t.context.run({ query: refreshMutation, variables });
  const claims = decodeJwt(data.refreshSession.accessToken);
  t.deepEqual(claims.roles, ['CUSTOMER', 'SELLER']);
  t.regex(String(claims.scope), /order:write/);
  const entries = await auditOf(t.context, user.id, 'role.granted');
  t.is(entries.length, 1);
  t.like(entries[0], {
    actorId: administrator.id,
    before: { roles: ['CUSTOMER'] },
    after: { roles: ['CUSTOMER', 'SELLER'] },
  });
});

test.serial('a user whose last role is taken is a customer', async (t) => {
  const { id } = await t.context.createUser('staff@example.com');
  await administer(t.context, { field: 'grantRole', userId: id, role: 'GATE_STAFF' });
  const take = (role: string) => administer(t.context, { field: 'revokeRole', userId: id, role });
  t.like(await take('CUSTOMER'), { roles: ['GATE_STAFF'] });
  t.like(await take('GATE_STAFF'), { roles: ['CUSTOMER'] });
  t.like(await take('CUSTOMER'), { roles: ['CUSTOMER'] });
});

test.serial('nobody raises or suspends themselves, and the last administrator stays', async (t) => {
  const own = { userId: administrator.id };
  const outcome = async (field: string, role?: string) =>
    (await administer(t.context, { field, ...own, ...(role && { role }) })).__typename;
  t.is(await outcome('grantRole', 'SELLER'), 'OwnAccountRefused');
  t.is(await outcome('suspendUser'), 'OwnAccountRefused');
  t.is(await outcome('revokeRole', 'ADMINISTRATOR'), 'LastAdministrator');
  const nobody = { userId: '01940000-0000-7000-8000-00000000ffff' };
  for (const field of ['suspendUser', 'reinstateUser']) {
    t.is((await administer(t.context, { field, ...nobody })).__typename, 'UserNotFound');
  }
});

test.serial('of two administrators who dismiss each other at once one remains', async (t) => {
  const { id } = await t.context.createUser('second-administrator@example.com');
  await administer(t.context, { field: 'grantRole', userId: id, role: 'ADMINISTRATOR' });
  const dismiss = (userId: string, by: string) =>
    administer(t.context, {
      field: 'revokeRole',
      userId,
      role: 'ADMINISTRATOR',
      as: { userId: by },
    });
  await Promise.all([dismiss(id, administrator.id), dismiss(administrator.id, id)]);
  const where = { roles: { has: 'ADMINISTRATOR' as const } };
  t.is(await t.context.prisma.user.count({ where }), 1);
  const roles = ['ADMINISTRATOR' as const];
  await t.context.prisma.user.update({ where: { id: administrator.id }, data: { roles } });
});

test.serial('a token that outlives its role gives no rights over others', async (t) => {
  const viewer = { userId: supervisor.id, role: 'ADMINISTRATOR' } as const; // was one a minute ago
  const { id } = await t.context.createUser('accomplice@example.com');
  const call = { field: 'grantRole', userId: id, role: 'ADMINISTRATOR', as: viewer };
  t.is((await administer(t.context, call)).code, 'FORBIDDEN');
});

test.serial('a suspended user can neither log in, refresh nor use an old token', async (t) => {
  const { accessToken, refreshToken, user } = await t.context.register('bad@example.com');
  const suspended = await administer(t.context, { field: 'suspendUser', userId: user.id });
  t.is(suspended.suspendedAt, new Date(t.context.clock.now).toISOString());
  t.is((await t.context.logIn('bad@example.com')).__typename, 'AccountSuspended');
  const guess = await t.context.logIn('bad@example.com', { secret: 'wrong horse 1' });
  t.is(guess.__typename, 'InvalidCredentials');
  const variables = { token: refreshToken };
  const refreshed = await t.context.run({ query: refreshMutation, variables });
  t.is(refreshed.data.refreshSession.__typename, 'SessionRevoked');
  const update = 'mutation { updateProfile(input: { name: "X" }) { name } }';
  const late = await t.context.run({ query: update, token: accessToken });
  t.is(late.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');

  const reinstated = await administer(t.context, { field: 'reinstateUser', userId: user.id });
  t.is(reinstated.suspendedAt, null);
  t.context.clock.now += 1_000;
  t.is((await t.context.logIn('bad@example.com')).__typename, 'LogInSuccess');
  const list = '{ users(isSuspended: true) { nodes { id } } }';
  const { data } = await t.context.run({ query: list, viewer: asAdministrator });
  t.deepEqual(data.users.nodes, []);
});

test.serial('the audit tells who did what and keeps its word', async (t) => {
  const { user } = await t.context.register('audited@example.com');
  await administer(t.context, { field: 'suspendUser', userId: user.id });
  const query = `query ($entityId: ID) { auditEntries(entityId: $entityId) { totalCount nodes {
    action entityType entityId before after requestId createdAt actor { id } } } }`;
  const call = { query, variables: { entityId: user.id }, viewer: asAdministrator };
  const { data, errors } = await t.context.run(call);
  t.is(errors, undefined);
  t.is(data.auditEntries.totalCount, 2);
  const at = new Date(t.context.clock.now).toISOString();
  t.like(data.auditEntries.nodes[0], {
    action: 'user.suspended',
    entityType: 'User',
    before: { suspendedAt: null },
    after: { suspendedAt: at },
    createdAt: at,
    actor: { id: administrator.id },
  });
  t.like(data.auditEntries.nodes[1], { action: 'user.registered', actor: { id: user.id } });
  t.truthy(data.auditEntries.nodes[0].requestId);
  const { prisma } = t.context;
  await t.throwsAsync(prisma.auditEntry.deleteMany(), { message: /never changed or deleted/ });
  await t.throwsAsync(prisma.auditEntry.updateMany({ data: { action: 'none' } }), {
    message: /never changed or deleted/,
  });
});

test.serial('a change that cannot be recorded does not happen', async (t) => {
  const { id } = await t.context.createUser('unrecorded@example.com');
  const refuse = `ALTER TABLE audit_entries ADD CONSTRAINT full_up CHECK (entity_id <> '${id}')`;
  await t.context.prisma.$executeRawUnsafe(refuse);
  const { code } = await administer(t.context, { field: 'suspendUser', userId: id });
  t.is(code, 'INTERNAL_SERVER_ERROR');
  const { suspendedAt } = await t.context.prisma.user.findUniqueOrThrow({ where: { id } });
  t.is(suspendedAt, null);
  await t.context.prisma.$executeRawUnsafe('ALTER TABLE audit_entries DROP CONSTRAINT full_up');
});
