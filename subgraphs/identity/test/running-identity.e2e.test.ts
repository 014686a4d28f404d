import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { createAuthenticator, createRemoteKeys } from '@plaza/kit/auth/authenticator';
import { createDatabaseAdapter } from '@plaza/kit/database';
import { startSubgraph } from '@plaza/kit/start-subgraph';
import { createTestDatabase } from '@plaza/prisma/test-database';
import test, { type ExecutionContext } from 'ava';
import { pino } from 'pino';
import { type IdentityConfig, readIdentityConfig } from '../src/config.ts';
import { PrismaClient } from '../src/generated/prisma/client.ts';
import { identitySubgraph } from '../src/subgraph.ts';

const log = pino({ level: 'silent' });
const registerMutation = `mutation { register(input: {
  email: "http@example.com", name: "Ada", password: "correct horse 1" }) {
  ... on RegisterSuccess { accessToken user { id } } } }`;

/** What is in the database before identity starts. */
type Prepare = (config: IdentityConfig) => Promise<unknown>;

async function startIdentity(t: ExecutionContext, prepare: Prepare = async () => undefined) {
  const database = await createTestDatabase('identity');
  const config = { ...readIdentityConfig({}), port: 0, databaseUrl: database.url };
  await prepare(config);
  const identity = await startSubgraph(identitySubgraph, config, log);
  t.teardown(async () => {
    await identity.close();
    await database[Symbol.asyncDispose]();
  });
  const origin = new URL(identity.url).origin;
  return { identity, origin, config: { ...config, jwksUrl: `${origin}/.well-known/jwks.json` } };
}

async function post(url: string, query: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(10_000),
  });
  return (await response.json()) as { data: Record<string, never>; errors?: object[] };
}

test('another service verifies its tokens with the keys that it publishes', async (t) => {
  const { identity, config } = await startIdentity(t);
  t.is(identity.name, 'identity');
  t.regex(identity.sdl, /type User @key/);
  const { data } = await post(identity.url, registerMutation);
  const { accessToken, user } = data.register as unknown as {
    accessToken: string;
    user: { id: string };
  };
  const rules = { issuer: config.tokenIssuer, audience: config.tokenAudience };
  const authenticate = createAuthenticator(createRemoteKeys(config), rules);
  const viewer = await authenticate({ authorization: `Bearer ${accessToken}` });
  t.is(viewer?.userId, user.id);
  t.deepEqual([...(viewer?.roles ?? [])], ['CUSTOMER']);
  t.is(await authenticate({}), undefined);
  const [head, body, signature = ''] = accessToken.split('.');
  const forged = [head, body, signature.replace(/^./, signature.startsWith('A') ? 'B' : 'A')];
  await t.throwsAsync(authenticate({ authorization: `Bearer ${forged.join('.')}` }), {
    code: 'UNAUTHENTICATED',
  });
});

test('a token cannot be judged while the keys are away, which is not the client’s fault', async (t) => {
  const { identity, config } = await startIdentity(t);
  const { data } = await post(identity.url, registerMutation);
  const { accessToken } = data.register as unknown as { accessToken: string };
  const rules = { issuer: config.tokenIssuer, audience: config.tokenAudience };
  const jwksUrl = 'http://127.0.0.1:1/.well-known/jwks.json';
  const authenticate = createAuthenticator(createRemoteKeys({ ...config, jwksUrl }), rules);
  await t.throwsAsync(authenticate({ authorization: `Bearer ${accessToken}` }), {
    code: 'DOWNSTREAM_SERVICE_ERROR',
  });
});

test('closing lets open requests finish, then takes no more', async (t) => {
  const { identity, origin } = await startIdentity(t);
  t.is((await fetch(`${origin}/ready`)).status, 200);
  const open = request(identity.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', expect: '100-continue' },
  });
  await once(open, 'continue'); // the server has begun the request and waits for its body
  const closed = identity.close();
  open.end(JSON.stringify({ query: registerMutation }));
  const [response] = (await once(open, 'response')) as [IncomingMessage];
  const { data, errors } = JSON.parse(await text(response));
  t.is(errors, undefined);
  t.truthy(data.register.accessToken);
  t.is(response.headers.connection, 'close');
  await closed;
  await t.throwsAsync(fetch(`${origin}/live`));
});

test('a port that is taken stops the start', async (t) => {
  const { origin, config } = await startIdentity(t);
  const taken = { ...config, port: Number(new URL(origin).port) };
  await t.throwsAsync(startSubgraph(identitySubgraph, taken, log), { code: 'EADDRINUSE' });
});

test('what sessions left behind goes after a start, however many processes start', async (t) => {
  let prisma: PrismaClient | undefined;
  const { config } = await startIdentity(t, async (started) => {
    const patient = { ...started, databaseConnectTimeoutMs: 60_000 }; // on a busy machine
    prisma = new PrismaClient({ adapter: createDatabaseAdapter('test', patient) });
    await prisma.$executeRaw`INSERT INTO users (id, email, name, password_hash, updated_at)
      VALUES (gen_random_uuid(), 'old@example.com', 'Old', 'none', now())`;
    await prisma.$executeRaw`
      INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at)
      SELECT gen_random_uuid(), id, at, at, at + interval '90 days'
      FROM users, generate_series(1, 60), (SELECT now() - interval '121 days' AS at) AS long_ago`;
    await prisma.$executeRaw`INSERT INTO refresh_tokens (hash, session_id, created_at, used_at)
      SELECT decode(md5(id::text || number), 'hex'), id, created_at, created_at
      FROM sessions, generate_series(1, 5) AS number`;
    t.is(await prisma.refreshToken.count(), 300);
  });
  const second = await startSubgraph(identitySubgraph, { ...config, port: 0 }, log);
  t.teardown(() => second.close());
  while (((await prisma?.session.count()) ?? 0) > 0) await setTimeout(20);
  t.is(await prisma?.refreshToken.count(), 0);
  await prisma?.$disconnect();
});
