import test from 'ava';
import type { HttpGateway } from './http-kit/start-http-gateway.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { startKeyService } from './identity-kit/key-service.ts';
import { createSigningKey, signToken, startTokenIssuer } from './identity-kit/token-issuer.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { EventFeed } from './kit/event-feed.ts';
import { eventually } from './kit/eventually.ts';
import type { RawSocket } from './live-kit/raw-socket.ts';
import { openRawSocket } from './live-kit/raw-socket.ts';

const feed = new EventFeed<{ readonly seq: number }>();
const orders = defineSubgraph({
  name: 'orders',
  typeDefs: `
    type Query { price: Int orders: String @requiresScopes(scopes: [["order:read"]]) }
    type Subscription { sold: Sale @authenticated }
    type Sale { seq: Int }`,
  resolvers: {
    Query: { price: () => 5, orders: () => 'all' },
    Subscription: { sold: { subscribe: () => feed.subscribe(), resolve: (event) => event } },
  },
});

const signingKey = await createSigningKey('k1');
const stack = new AsyncDisposableStack();
const service = stack.use(await startKeyService());
const issuer = stack.use(await startTokenIssuer('https://id.test', [signingKey]));
const windows = (limit: number) => [{ limit, windowMs: 3_600_000 }];
const gateway: HttpGateway = stack.use(
  await startHttpGateway({
    subgraphs: [orders],
    config: {
      authentication: {
        issuers: [{ issuer: issuer.issuer, jwksUrl: issuer.jwksUrl, audience: ['graph'] }],
        apiKeys: { verifyUrl: service.verifyUrl, secret: service.secret, header: 'X-Partner-Key' },
      },
      rateLimits: {
        rules: [
          { name: 'each-key', by: 'apiKey', exceptClasses: ['gold', 'big'], windows: windows(2) },
          { name: 'gold', by: 'viewer', classes: ['gold'], windows: windows(3) },
        ],
      },
    },
  }),
);
test.after.always(() => stack.disposeAsync());

const subscription = 'subscription { sold { seq } }';
const reader = { clientId: 'c1', scopes: ['order:read'], rateLimitClass: 'big' };

async function outcomeOf(query: string, headers: Readonly<Record<string, string>>) {
  const accept = 'application/graphql-response+json';
  const response = await gateway.post({ query }, { accept, ...headers });
  const { data, errors } = (await response.json()) as {
    readonly data?: Readonly<Record<string, unknown>>;
    readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
  };
  return errors?.[0]?.extensions.code ?? data;
}

test('serves a partner what its key allows', async (t) => {
  service.set('reads', reader);
  service.set('does-nothing', { ...reader, scopes: [] });
  const ask = (key?: string) =>
    outcomeOf('{ orders }', key === undefined ? {} : { 'x-partner-key': key });
  t.deepEqual(await ask('reads'), { orders: 'all' });
  t.is(await ask('does-nothing'), 'FORBIDDEN');
  t.is(await ask('made-up'), 'UNAUTHENTICATED');
  t.is(await ask(), 'UNAUTHENTICATED');
  t.deepEqual(await outcomeOf('{ price }', {}), { price: 5 }, 'anonymous without a key');
  t.is(await outcomeOf('{ price }', { 'x-partner-key': 'made-up' }), 'UNAUTHENTICATED');
  t.notRegex(gateway.logText(), /made-up|a secret of the gateway/);
});

test('refuses a token and a key at once, over HTTP and on a socket', async (t) => {
  service.set('both', reader);
  const authorization = `Bearer ${await signToken(signingKey)}`;
  t.deepEqual(await outcomeOf('{ price }', { authorization }), { price: 5 });
  const both = { authorization, 'x-partner-key': 'both' };
  t.is(await outcomeOf('{ price }', both), 'BAD_REQUEST');
  await using socket = await openRawSocket(gateway.url, {
    isInitialised: false,
    headers: { 'x-partner-key': 'both' },
  });
  socket.send({ type: 'connection_init', payload: { authorization } });
  const reason = 'Send a token or an API key, not both';
  t.deepEqual(await socket.closed, { code: 4400, reason });
});

test('limits each key, and a class of partners by another rule', async (t) => {
  const codes = async (key: string, times: number) => {
    const outcomes: unknown[] = [];
    for (let n = 0; n < times; n += 1) {
      outcomes.push(await outcomeOf('{ price }', { 'x-partner-key': key }));
    }
    return outcomes.map((outcome) => (outcome === 'RATE_LIMITED' ? 'no' : 'yes')).join(' ');
  };
  service.set('l1', { clientId: 'limited', keyId: 'l1' });
  service.set('l2', { clientId: 'limited', keyId: 'l2' });
  service.set('g1', { clientId: 'golden', keyId: 'g1', rateLimitClass: 'gold' });
  service.set('g2', { clientId: 'golden', keyId: 'g2', rateLimitClass: 'gold' });
  t.is(await codes('l1', 3), 'yes yes no');
  t.is(await codes('l2', 3), 'yes yes no', 'a key of its own');
  t.is(await codes('g1', 2), 'yes yes');
  t.is(await codes('g2', 2), 'yes no', 'all keys of one partner');
  t.deepEqual(await outcomeOf('{ price }', {}), { price: 5 }, 'no key, no count');
});

test('ends what a revoked key has open, within 5 s', async (t) => {
  const keys = ['live-1', 'live-2', 'live-3'];
  for (const key of keys) service.set(key, reader);
  const opened = [
    { headers: { 'x-partner-key': 'live-1' } },
    { initPayload: { 'X-Partner-Key': 'live-2' } },
  ].map((options) => openRawSocket(gateway.url, options));
  await using byUpgrade = (await opened[0]) as RawSocket;
  await using byInit = (await opened[1]) as RawSocket;
  for (const socket of [byUpgrade, byInit]) {
    socket.send({ id: '1', type: 'subscribe', payload: { query: subscription } });
  }
  const headers = { accept: 'text/event-stream', 'x-partner-key': 'live-3' };
  const stream = await gateway.post({ query: subscription }, headers);
  await eventually(() => gateway.gateway.liveCounts().subscriptions === 3);
  await feed.untilSubscribed(1);
  feed.publish({ seq: 1 });
  for (const socket of [byUpgrade, byInit]) await socket.receive('next', '1');
  const revokedAt = performance.now();
  for (const key of keys) service.set(key, undefined);
  for (const socket of [byUpgrade, byInit]) {
    t.deepEqual(await socket.closed, { code: 4403, reason: 'API key no longer valid' });
  }
  t.regex(await stream.text(), /"seq":1.*API key is no longer valid/s);
  t.true(performance.now() - revokedAt < 5_000);
  await feed.untilSubscribed(0);
  for (const key of keys) {
    t.is(await outcomeOf('{ price }', { 'x-partner-key': key }), 'UNAUTHENTICATED');
  }
});
