import test from 'ava';
import { createConfig } from '../src/config.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { startKeyService } from './identity-kit/key-service.ts';
import { createSigningKey, signToken, startTokenIssuer } from './identity-kit/token-issuer.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { EventFeed } from './kit/event-feed.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { openRawSocket } from './live-kit/raw-socket.ts';

const feed = new EventFeed<{ readonly seq: number }>();
const orders = defineSubgraph({
  name: 'orders',
  typeDefs: `
    directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION | OBJECT
    enum CacheControlScope { PUBLIC PRIVATE }
    type Query { price: Int kept: Int @cacheControl(maxAge: 60) }
    type Subscription { sold: Sale }
    type Sale { seq: Int }`,
  resolvers: {
    Query: { price: () => 5, kept: () => 6 },
    Subscription: { sold: { subscribe: () => feed.subscribe(), resolve: (event) => event } },
  },
});
const key = await createSigningKey('k1');
const stack = new AsyncDisposableStack();
const issuer = stack.use(await startTokenIssuer('https://id.test', [key]));
const service = stack.use(await startKeyService());
const http = stack.use(
  await startHttpGateway({
    subgraphs: [orders],
    config: {
      authentication: {
        issuers: [{ issuer: issuer.issuer, jwksUrl: issuer.jwksUrl, audience: ['graph'] }],
        apiKeys: { verifyUrl: service.verifyUrl, secret: service.secret },
      },
      cache: { enabled: true },
      headers: {
        identity: [
          { name: 'X-Viewer', viewer: 'id' },
          { name: 'x-scopes', viewer: 'scopes' },
          { name: 'x-tenant', claim: 'org.id' },
          { name: 'x-groups', claim: ['https://id.test/groups'] },
          { name: 'x-partner-key', viewer: 'apiKeyId', kind: 'partner' },
          { name: 'x-person', viewer: 'kind', kind: 'person' },
        ],
      },
    },
  }),
);
test.after.always(() => stack.disposeAsync());

async function bearer(claims: Readonly<Record<string, unknown>>) {
  return { authorization: `Bearer ${await signToken(key, { claims })}` };
}

/** What the subgraph was told with one more call. */
async function toldAfter(headers: Readonly<Record<string, string>>, query = '{ price }') {
  const { requests } = http.server('orders');
  const before = requests.length;
  const response = await http.post({ query }, headers);
  await response.text();
  const told = requests[before]?.headers ?? {};
  const names = ['x-viewer', 'x-scopes', 'x-tenant', 'x-groups', 'x-partner-key', 'x-person'];
  return {
    count: requests.length - before,
    control: response.headers.get('cache-control'),
    told: Object.fromEntries(names.flatMap((name) => (told[name] ? [[name, told[name]]] : []))),
  };
}

test.serial('tells subgraphs who asks, and nothing that a client says of itself', async (t) => {
  const forged = { 'x-viewer': 'root', 'x-tenant': '1', 'x-partner-key': 'k' };
  t.deepEqual((await toldAfter(forged)).told, {});
  const groups = ['a', 'b c', 7, true];
  const claims = { scope: 'a b', org: { id: 7 }, 'https://id.test/groups': groups };
  t.deepEqual((await toldAfter({ ...forged, ...(await bearer(claims)) })).told, {
    'x-viewer': 'ada',
    'x-scopes': 'a b',
    'x-tenant': '7',
    'x-groups': 'a,b c,7,true',
    'x-person': 'person',
  });
  service.set('good', { clientId: 'c1', keyId: 'k7', claims: { org: { id: 'shop' } } });
  t.deepEqual((await toldAfter({ ...forged, 'x-api-key': 'good' })).told, {
    'x-viewer': 'c1',
    'x-tenant': 'shop',
    'x-partner-key': 'k7',
  });
});

for (const [what, id] of [
  ['a line break', 'a\r\nx-viewer: root'],
  ['letters that no header carries', 'ñandú'],
  ['too many letters', 'x'.repeat(2_049)],
  ['an object', { deep: true }],
  ['a list with an object', [{}]],
  ['a list with a comma in it', ['a,b']],
  ['spaces around it', ' a'],
  ['nothing in it', ''],
] as const) {
  test.serial(`leaves out a claim with ${what}`, async (t) => {
    const { told, count } = await toldAfter(await bearer({ org: { id } }));
    t.deepEqual([told, count], [{ 'x-viewer': 'ada', 'x-person': 'person' }, 1]);
  });
}

test.serial('shares no cached answer between those of whom something else is told', async (t) => {
  const one = await bearer({ org: { id: 'one' } });
  const two = await bearer({ org: { id: 'two' } });
  const ask = (headers: Readonly<Record<string, string>>) => toldAfter(headers, '{ kept }');
  t.is((await ask(one)).count, 1);
  const { count, control } = await ask(one);
  t.is(count, 0, 'from the cache');
  t.regex(control ?? '', /^private/);
  t.is((await ask(two)).told['x-tenant'], 'two');
  t.deepEqual((await ask({})).told, {});
  t.regex((await ask({})).control ?? '', /^public/);
});

test.serial('asks once for equal queries at a time only where the same is told', async (t) => {
  const server = http.server('orders');
  const [one, two] = [await bearer({ org: { id: 'o' } }), await bearer({ org: { id: 'p' } })];
  const before = server.requests.length;
  server.behave('hang');
  const asking = [one, two, one, two].map((headers) => http.post({ query: '{ price }' }, headers));
  await eventually(() => server.requests.length === before + 2);
  server.behave('ok');
  server.answerHanging();
  await Promise.all(asking);
  const tenants = server.requests.slice(before).map(({ headers }) => headers['x-tenant']);
  t.deepEqual(tenants.sort(), ['o', 'p']);
});

test.serial('shares a subscription only where the same is told', async (t) => {
  const clients = await Promise.all(
    ['u', 'v', 'v'].map(async (id) =>
      createLiveClient(http.url, { connectionParams: await bearer({ org: { id } }) }),
    ),
  );
  const followed = clients.map((client) => client.follow('subscription { sold { seq } }'));
  await eventually(() => http.gateway.liveCounts().subscriptions === 3);
  await feed.untilSubscribed(2);
  feed.publish({ seq: 1 });
  for (const one of followed) await one.until(1);
  const { sockets } = http.server('orders').live;
  const tenants = sockets.map(({ upgradeHeaders }) => upgradeHeaders['x-tenant']);
  t.deepEqual(tenants.sort(), ['u', 'v']);
  for (const client of clients) await client[Symbol.asyncDispose]();
  await feed.untilSubscribed(0);
});

test.serial('tells what a renewed token says from then on', async (t) => {
  const { sockets } = http.server('orders').live;
  await using socket = await openRawSocket(http.url, {
    initPayload: await bearer({ org: { id: 'before' } }),
  });
  socket.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { sold { seq } }' } });
  await feed.untilSubscribed(1);
  t.is(sockets.at(-1)?.upgradeHeaders['x-tenant'], 'before');
  socket.send({ type: 'ping', payload: await bearer({ org: { id: 'after' } }) });
  await socket.receive('pong');
  await eventually(() => sockets.at(-1)?.upgradeHeaders['x-tenant'] !== 'before');
  t.is(sockets.at(-1)?.upgradeHeaders['x-tenant'], 'after');
});

test('says at the start what cannot be told', (t) => {
  const problems = (headers: NonNullable<Parameters<typeof createConfig>[0]['headers']>) =>
    t.throws(() => createConfig({ supergraph: 'x', headers }))?.message ?? '';
  const name = 'x-viewer';
  t.regex(problems({ identity: [{ name }] }), /must have viewer or claim, and not both/);
  const both = { name, viewer: 'id', claim: 'a' } as const;
  t.regex(problems({ identity: [both] }), /must have viewer or claim, and not both/);
  const once = { name, viewer: 'id' } as const;
  t.regex(
    problems({ forward: [name], identity: [once] }),
    /x-viewer is set or forwarded otherwise/,
  );
  t.regex(problems({ identity: [once, once] }), /x-viewer is set or forwarded otherwise/);
});
