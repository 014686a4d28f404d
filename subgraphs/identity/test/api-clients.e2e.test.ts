import { demoAccounts } from '@plaza/schema/demo-accounts';
import anyTest, { type TestFn } from 'ava';
import { createIdentityUnderTest, type IdentityUnderTest } from './kit/identity-under-test.ts';

const test = anyTest as TestFn<IdentityUnderTest>;
const serviceToken = 'a service token of forty characters ....';
const viewer = { userId: demoAccounts.administrator.id, role: 'ADMINISTRATOR' } as const;

test.before(async (t) => {
  t.context = await createIdentityUnderTest({ IDENTITY_SERVICE_TOKEN: serviceToken });
});
test.after.always(async (t) => {
  await t.context?.[Symbol.asyncDispose]();
});

const clientFields = 'id name contract scopes revokedAt keys { id expiresAt lastUsedAt }';

async function create({ run }: IdentityUnderTest, input: object) {
  const query = `mutation ($input: CreateApiClientInput!) { createApiClient(input: $input) {
    __typename ... on ApiClientCreated { key client { ${clientFields} } } } }`;
  const { data, errors } = await run({ query, variables: { input }, viewer });
  return { ...data?.createApiClient, errors };
}

async function rotate({ run }: IdentityUnderTest, id: string, overlapS?: number) {
  const query = `mutation ($id: ID!, $overlapS: Int! = 86400) {
    rotateApiClientKey(id: $id, overlapS: $overlapS) {
      __typename ... on ApiClientKeyRotated { key oldKeysEndAt client { ${clientFields} } } } }`;
  const { data, errors } = await run({ query, variables: { id, overlapS }, viewer });
  return { ...data?.rotateApiClientKey, errors };
}

async function revoke({ run }: IdentityUnderTest, id: string) {
  const query = `mutation ($id: ID!) { revokeApiClient(id: $id) {
    __typename ... on ApiClient { ${clientFields} } } }`;
  return (await run({ query, variables: { id }, viewer })).data.revokeApiClient;
}

function verify({ app }: IdentityUnderTest, key: unknown, bearer = serviceToken) {
  return app.inject({
    method: 'POST',
    url: '/internal/api-keys/verify',
    headers: { authorization: `Bearer ${bearer}` },
    payload: { key },
  });
}

async function isActive(identity: IdentityUnderTest, key: string): Promise<boolean> {
  return (await verify(identity, key)).json().active;
}

test.serial('a key is shown once, stored as a hash, and tells a gateway whose it is', async (t) => {
  const scopes = ['order:read', 'order:read'];
  const input = { name: 'Tickets Inc.', scopes, rateLimitClass: 'gold' };
  const { key, client } = await create(t.context, input);
  t.regex(key, /^plz_[0-9a-f]{16}_[\w-]{43}$/);
  t.like(client, { name: 'Tickets Inc.', contract: 'partner', scopes: ['order:read'] });
  t.deepEqual(client.keys, [{ id: key.slice(0, 20), expiresAt: null, lastUsedAt: null }]);
  const response = await verify(t.context, key);
  t.is(response.headers['cache-control'], 'private, max-age=5');
  t.deepEqual(response.json(), {
    active: true,
    keyId: key.slice(0, 20),
    clientId: client.id,
    clientName: 'Tickets Inc.',
    contract: 'partner',
    scopes: ['order:read'],
    rateLimitClass: 'gold',
    expiresAt: null,
  });
  const rows = await t.context.prisma.apiClientKey.findMany({ where: { clientId: client.id } });
  const audit = await t.context.prisma.auditEntry.findMany({ where: { entityId: client.id } });
  t.is(rows[0]?.hash.length, 32);
  const traces = JSON.stringify([rows, audit, t.context.logLines]);
  t.false(traces.includes(key.slice(21)));
  t.is(audit[0]?.action, 'api_client.created');
});

test.serial('what is no key, another’s secret, or nobody’s is inactive', async (t) => {
  const { key } = await create(t.context, { name: 'Forged', scopes: [] });
  const other = await create(t.context, { name: 'Other', scopes: [] });
  const mixed = `${key.slice(0, 21)}${other.key.slice(21)}`;
  const unknown = `plz_0000000000000000_${key.slice(21)}`;
  for (const text of ['', 'plz_', mixed, unknown, `${key} `, 'x'.repeat(100_000)]) {
    t.deepEqual((await verify(t.context, text)).json(), { active: false });
  }
});

test.serial('only a gateway with the service token may ask', async (t) => {
  const { key } = await create(t.context, { name: 'Asked', scopes: [] });
  for (const bearer of ['', 'another token', `${serviceToken} `]) {
    t.is((await verify(t.context, key, bearer)).statusCode, 401);
  }
  t.is((await verify(t.context, 7)).statusCode, 400);
  const payload = { key };
  const url = '/internal/api-keys/verify';
  t.is((await t.context.app.inject({ method: 'POST', url, payload })).statusCode, 401);
  await using closed = await createIdentityUnderTest();
  t.is((await verify(closed, key)).statusCode, 404);
});

test.serial('after a rotation both keys are good until the overlap ends', async (t) => {
  const first = await create(t.context, { name: 'Rotating', scopes: [] });
  const second = await rotate(t.context, first.client.id, 60);
  t.is(second.client.keys.length, 2);
  t.is(second.oldKeysEndAt, new Date(t.context.clock.now + 60_000).toISOString());
  t.true(await isActive(t.context, first.key));
  t.true(await isActive(t.context, second.key));
  await rotate(t.context, first.client.id, 3_600); // does not lengthen the first key's life
  t.context.clock.now += 60_000;
  t.false(await isActive(t.context, first.key));
  t.true(await isActive(t.context, second.key));
});

test.serial('a rotation without overlap cuts the old keys at once', async (t) => {
  const first = await create(t.context, { name: 'Leaked', scopes: [] });
  const second = await rotate(t.context, first.client.id, 0);
  t.is(second.client.keys.length, 1);
  t.false(await isActive(t.context, first.key));
  t.true(await isActive(t.context, second.key));
  const tooLong = await rotate(t.context, first.client.id, 604_801);
  t.deepEqual(tooLong.errors?.[0]?.extensions, { code: 'BAD_USER_INPUT', field: 'overlapS' });
});

test.serial('a revoked client has no keys and gets none', async (t) => {
  const { key, client } = await create(t.context, { name: 'Revoked', scopes: [] });
  t.like(await revoke(t.context, client.id), { __typename: 'ApiClient', keys: [] });
  t.is((await revoke(t.context, client.id)).__typename, 'ApiClient');
  t.false(await isActive(t.context, key));
  t.is((await rotate(t.context, client.id)).__typename, 'ApiClientRevoked');
  const nobody = '01940000-0000-7000-8000-00000000ffff';
  t.is((await rotate(t.context, nobody)).__typename, 'ApiClientNotFound');
  t.is((await revoke(t.context, nobody)).__typename, 'ApiClientNotFound');
  const again = await create(t.context, { name: 'Revoked', scopes: [] });
  t.is(again.__typename, 'ApiClientCreated');
  const entries = await t.context.prisma.auditEntry.count({ where: { entityId: client.id } });
  t.is(entries, 2);
});

test.serial('clients are listed with when each key was used last', async (t) => {
  const { key, client } = await create(t.context, { name: 'Listed', scopes: [] });
  const list = async () => {
    const query = `{ apiClients(first: 1, isRevoked: false) { nodes { ${clientFields} } } }`;
    return (await t.context.run({ query, viewer })).data.apiClients.nodes[0];
  };
  const at = new Date(t.context.clock.now).toISOString();
  await verify(t.context, key);
  t.context.clock.now += 59_000; // a use within the minute is not written again
  await verify(t.context, key);
  t.like(await list(), { id: client.id, keys: [{ lastUsedAt: at }] });
  t.context.clock.now += 1_000;
  await verify(t.context, key);
  t.is((await list()).keys[0].lastUsedAt, new Date(t.context.clock.now).toISOString());
});

test.serial('a client’s name is its own, and its scopes and contract are checked', async (t) => {
  await create(t.context, { name: 'Twice', scopes: [] });
  t.is((await create(t.context, { name: ' Twice ', scopes: [] })).__typename, 'ApiClientNameTaken');
  const cases: [object, RegExp][] = [
    [{ scopes: ['role:write'] }, /^scopes/],
    [{ scopes: ['everything'] }, /^scopes/],
    [{ contract: 'Not A Name' }, /^contract$/],
    [{ name: '' }, /^name$/],
  ];
  for (const [input, field] of cases) {
    const { errors } = await create(t.context, { name: 'New', scopes: [], ...input });
    t.is(errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
    t.regex(String(errors?.[0]?.extensions?.field), field);
  }
});
