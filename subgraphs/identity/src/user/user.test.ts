import { createDatabaseAdapter } from '@plaza/kit/database';
import { seedSubgraph } from '@plaza/kit/seed-subgraph';
import { createTestSubgraph, type TestSubgraph } from '@plaza/kit/test-kit/create-test-subgraph';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import anyTest, { type TestFn } from 'ava';
import { type IdentityConfig, readIdentityConfig } from '../config.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import { identitySubgraph } from '../subgraph.ts';

const test = anyTest as TestFn<TestSubgraph<IdentityConfig>>;
const { administrator, ana, luis, seller, supervisor } = demoAccounts;
const asAna = { userId: ana.id };
const asSupervisor = { userId: supervisor.id, role: 'SUPERVISOR' } as const;
const nobodysId = '01940000-0000-7000-8000-00000000ffff';
const seededTotal = 206;

test.before(async (t) => {
  t.context = await createTestSubgraph(identitySubgraph, readIdentityConfig({}));
  await seedSubgraph(identitySubgraph, t.context.config, silentLog(t.context));
});
test.after.always(async (t) => {
  await t.context?.[Symbol.asyncDispose]();
});

function silentLog({ app }: TestSubgraph<IdentityConfig>) {
  return app.log as never;
}

test('me is the person of the token with private fields, and null for an anonymous visitor', async (t) => {
  const query = '{ me { id name email roles createdAt } }';
  const mine = await t.context.execute({ query, viewer: asAna });
  t.is(mine.errors, undefined);
  t.like(mine.data.me, { id: ana.id, name: ana.name, email: ana.email, roles: ['CUSTOMER'] });
  t.regex(mine.data.me.createdAt, /^2025-01-06T16:00:00\.000Z$/);
  const anonymous = await t.context.execute({ query });
  t.deepEqual(anonymous, { data: { me: null }, errors: undefined });
  const deleted = await t.context.execute({ query, viewer: { userId: nobodysId } });
  t.deepEqual(deleted, { data: { me: null }, errors: undefined });
});

test('user shows oneself, and anybody to scope user:read', async (t) => {
  const query = 'query ($id: ID!) { user(id: $id) { id email } }';
  const own = await t.context.execute({ query, variables: { id: ana.id }, viewer: asAna });
  t.deepEqual(own.data, { user: { id: ana.id, email: ana.email } });
  const inCapitals = { id: ana.id.toUpperCase() };
  const sameId = await t.context.execute({ query, variables: inCapitals, viewer: asAna });
  t.deepEqual(sameId.data, own.data);
  const others = await t.context.execute({
    query,
    variables: { id: luis.id },
    viewer: asSupervisor,
  });
  t.deepEqual(others.data, { user: { id: luis.id, email: luis.email } });
  const absent = await t.context.execute({
    query,
    variables: { id: nobodysId },
    viewer: asSupervisor,
  });
  t.deepEqual(absent, { data: { user: null }, errors: undefined });
});

test('user is refused to others, to anonymous visitors, and for an id that is none', async (t) => {
  const query = 'query ($id: ID!) { user(id: $id) { id } }';
  const variables = { id: luis.id };
  const other = await t.context.execute({ query, variables, viewer: asAna });
  t.is(other.errors?.[0]?.extensions?.code, 'FORBIDDEN');
  t.deepEqual(other.data, { user: null });
  const anonymous = await t.context.execute({ query, variables });
  t.is(anonymous.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
  const bad = await t.context.execute({ query, variables: { id: 'x' }, viewer: asSupervisor });
  t.deepEqual(bad.errors?.[0]?.extensions, { code: 'BAD_USER_INPUT', field: 'id' });
});

test('users pages forwards through everybody, each once, newest first', async (t) => {
  const query = `query ($after: String) { users(first: 100, after: $after) {
    totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
  const ids: string[] = [];
  let after: string | null = null;
  let pages = 0;
  do {
    const { data, errors } = await t.context.execute({
      query,
      variables: { after },
      viewer: asSupervisor,
    });
    t.is(errors, undefined);
    t.is(data.users.totalCount, seededTotal);
    t.is(data.users.pageInfo.hasPreviousPage, pages > 0);
    ids.push(...data.users.nodes.map((node: { id: string }) => node.id));
    after = data.users.pageInfo.hasNextPage ? data.users.pageInfo.endCursor : null;
    pages += 1;
  } while (after !== null);
  t.is(pages, 3);
  t.is(new Set(ids).size, seededTotal);
  t.deepEqual(ids, [...ids].sort().reverse());
});

test('users pages backwards from a cursor in the same order', async (t) => {
  const page = async (variables: object) => {
    const query = `query ($first: Int, $after: String, $last: Int, $before: String) {
      users(first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } } }`;
    const { data, errors } = await t.context.execute({
      query,
      variables: { ...variables },
      viewer: asSupervisor,
    });
    t.is(errors, undefined);
    return data.users as {
      edges: { cursor: string; node: { id: string } }[];
      pageInfo: object;
    };
  };
  const start = await page({ first: 6 });
  const [, second, , , , sixth] = start.edges;
  const back = await page({ last: 3, before: sixth?.cursor });
  t.deepEqual(back.edges, start.edges.slice(2, 5));
  t.deepEqual(back.pageInfo, { hasNextPage: true, hasPreviousPage: true });
  const between = await page({ first: 10, after: second?.cursor, before: sixth?.cursor });
  t.deepEqual(between.edges, start.edges.slice(2, 5));
  t.deepEqual(between.pageInfo, { hasNextPage: false, hasPreviousPage: true });
  const end = await page({ last: 2 });
  t.is(end.edges.at(-1)?.node.id, administrator.id);
  t.deepEqual(end.pageInfo, { hasNextPage: false, hasPreviousPage: true });
});

test('users can be narrowed to a role, with 20 a page', async (t) => {
  const query = `query ($role: Role) { users(role: $role) { totalCount nodes { id roles } } }`;
  const viewer = asSupervisor;
  const sellers = await t.context.execute({ query, variables: { role: 'SELLER' }, viewer });
  t.deepEqual(sellers.data.users, {
    totalCount: 1,
    nodes: [{ id: seller.id, roles: ['SELLER'] }],
  });
  const all = await t.context.execute({ query, viewer });
  t.is(all.data.users.nodes.length, 20);
});

test('users can be searched by name and address, and wildcards are text', async (t) => {
  const query = 'query ($search: String) { users(search: $search) { nodes { email } } }';
  const search = async (text: string) => {
    const variables = { search: text };
    const { data, errors } = await t.context.execute({ query, variables, viewer: asSupervisor });
    t.is(errors, undefined);
    return data.users.nodes.map((user: { email: string }) => user.email);
  };
  t.deepEqual(await search(' TORRES '), [ana.email]);
  t.deepEqual(await search('luis@'), [luis.email]);
  t.deepEqual(await search('%'), []);
  t.deepEqual(await search('a_a'), []);
  const tooLong = { query, variables: { search: 'x'.repeat(101) }, viewer: asSupervisor };
  const { errors } = await t.context.execute(tooLong);
  t.deepEqual(errors?.[0]?.extensions, { code: 'BAD_USER_INPUT', field: 'search' });
});

test.serial('users counts only when totalCount is asked for', async (t) => {
  const viewer = asSupervisor;
  t.context.queries.length = 0;
  await t.context.execute({ query: '{ users(first: 2) { nodes { id } } }', viewer });
  t.is(t.context.queries.length, 1);
  await t.context.execute({ query: '{ users(first: 2) { totalCount nodes { id } } }', viewer });
  t.is(t.context.queries.length, 3);
});

test('users is refused without scope user:read and above 100 a page', async (t) => {
  const query = '{ users { nodes { id } } }';
  const anonymous = await t.context.execute({ query });
  t.is(anonymous.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
  t.deepEqual(anonymous.data, { users: null });
  const customer = await t.context.execute({ query, viewer: asAna });
  t.is(customer.errors?.[0]?.extensions?.code, 'FORBIDDEN');
  const large = { query: '{ users(first: 101) { nodes { id } } }', viewer: asSupervisor };
  t.deepEqual((await t.context.execute(large)).errors?.[0]?.extensions, {
    code: 'BAD_USER_INPUT',
    field: 'first',
    limit: 100,
  });
});

test.serial('resolves references to users in one query, private fields by who asks', async (t) => {
  const ids = [luis.id, nobodysId, 'not-an-id', ana.id, luis.id];
  const representations = ids.map((id) => ({ __typename: 'User', id }));
  const selection = 'id name email roles createdAt';
  t.context.queries.length = 0;
  const { data, errors } = await t.context.resolveEntities(representations, selection, asAna);
  t.is(errors, undefined);
  t.is(t.context.queries.length, 1);
  const hidden = { email: null, roles: null, createdAt: null };
  t.like(data._entities[0], { id: luis.id, name: luis.name, ...hidden });
  t.is(data._entities[1], null);
  t.is(data._entities[2], null);
  t.like(data._entities[3], { id: ana.id, email: ana.email, roles: ['CUSTOMER'] });
  t.deepEqual(data._entities[4], data._entities[0]);
  const anonymous = await t.context.resolveEntities(representations.slice(0, 1), selection);
  t.deepEqual(anonymous.data._entities, [
    { __typename: 'User', id: luis.id, name: luis.name, ...hidden },
  ]);
});

test('a password hash is in no answer of the schema', async (t) => {
  const query = '{ __type(name: "User") { fields { name } } }';
  const { data } = await t.context.execute({ query });
  const names = data.__type.fields.map((field: { name: string }) => field.name);
  t.deepEqual(names.sort(), [
    'createdAt',
    'email',
    'id',
    'locale',
    'name',
    'phone',
    'roles',
    'suspendedAt',
  ]);
});

test('a database that goes away is a masked error, and the service is not ready', async (t) => {
  await using subgraph = await createTestSubgraph(identitySubgraph, readIdentityConfig({}));
  t.is((await subgraph.app.inject('/ready')).statusCode, 200);
  await dropDatabase(subgraph.config.databaseUrl);
  t.is((await subgraph.app.inject('/ready')).statusCode, 503);
  t.is((await subgraph.app.inject('/live')).statusCode, 200);
  const { data, errors } = await subgraph.execute({ query: '{ me { id } }', viewer: asAna });
  t.deepEqual(data, { me: null });
  t.is(errors?.[0]?.extensions?.code, 'INTERNAL_SERVER_ERROR');
  t.notRegex(JSON.stringify(errors), /prisma|database|postgres/i);
});

async function dropDatabase(databaseUrl: string): Promise<void> {
  const server = new URL(databaseUrl);
  const name = server.pathname.slice(1);
  server.pathname = '/postgres';
  const config = { ...readIdentityConfig({}), databaseUrl: server.href };
  const prisma = new PrismaClient({ adapter: createDatabaseAdapter('test', config) });
  await prisma.$executeRawUnsafe(`DROP DATABASE "${name}" WITH (FORCE)`);
  await prisma.$disconnect();
}

test('seeds may run again, and are refused in production', async (t) => {
  const log = silentLog(t.context);
  await seedSubgraph(identitySubgraph, t.context.config, log);
  const { data } = await t.context.execute({
    query: '{ users { totalCount } }',
    viewer: asSupervisor,
  });
  t.is(data.users.totalCount, seededTotal);
  const production = readIdentityConfig({ NODE_ENV: 'production' });
  await t.throwsAsync(seedSubgraph(identitySubgraph, production, log), { message: /production/ });
});
