import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:http';
import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { createSigningKey, signToken, startTokenIssuer } from './identity-kit/token-issuer.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import type { OpenStream } from './live-kit/stream-clients.ts';
import { openStream, urlOf } from './live-kit/stream-clients.ts';

const key = await createSigningKey('k1');
const issuerName = 'https://id.test';
const document = 'subscription { matchChanged(id: "m1") { id seq } }';
const accept = { accept: 'text/event-stream' };
/** More than a socket's buffers on loopback take, in events of this length. */
const eventBytes = 200_000;
const eventsThatBlock = 100;

async function startLimited(config: Partial<ConfigInput>) {
  const graph = createMatchGraph();
  const http = await startHttpGateway({ subgraphs: graph.subgraphs, config });
  return {
    ...graph,
    http,
    open: (extensions: unknown = {}, headers: Readonly<Record<string, string>> = {}) =>
      openStream(`${http.url}/graphql`, { ...accept, ...headers }, { query: document, extensions }),
    subscriptions: () => http.gateway.liveCounts().subscriptions,
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

for (const [option, status, code] of [
  ['streamsMax', 503, 'SUPERGRAPH_UNAVAILABLE'],
  ['streamsPerClientMax', 429, 'RATE_LIMITED'],
] as const) {
  test(`opens no more streams than ${option} says, until one has ended`, async (t) => {
    await using live = await startLimited({ subscriptions: { [option]: 1 } });
    const first = await live.open();
    await using refused = await live.open();
    t.is(refused.response.status, status);
    t.true((await refused.rest()).includes(code));
    const query = await fetch(urlOf(live.http.url, '{ lastMatch { id } }'), { headers: accept });
    t.is(query.status, 200);
    await first[Symbol.asyncDispose]();
    await eventually(() => live.subscriptions() === 0);
    await using next = await live.open();
    t.is(next.response.status, 200);
  });
}

/** Follows long events: a socket that reads, and a stream that does not, until that is blocked. */
async function followSlowly(live: Awaited<ReturnType<typeof startLimited>>) {
  const client = createLiveClient(live.http.url);
  const reading = client.follow({ query: document, extensions: { gaps: true } });
  const slow = await live.open({ gaps: true });
  await eventually(() => live.subscriptions() === 2);
  await live.feed.untilSubscribed(1);
  const publish = async (id: string) => {
    live.feed.publish({ id, seq: reading.results.length + 1 });
    await reading.until(reading.results.length + 1);
  };
  while (reading.results.length < eventsThatBlock) await publish('x'.repeat(eventBytes));
  return {
    slow,
    publish,
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await slow[Symbol.asyncDispose]();
    },
  };
}

test.serial('cuts off a client that does not read, by default', async (t) => {
  await using live = await startLimited({});
  await using followed = await followSlowly(live);
  await eventually(() => live.subscriptions() === 1);
  await t.throwsAsync(followed.slow.rest());
});

for (const overflow of ['coalesce', 'dropNewest'] as const) {
  test.serial(
    `keeps few bytes for a client that does not read, overflow: ${overflow}`,
    async (t) => {
      await using live = await startLimited({ subscriptions: { overflow } });
      await using followed = await followSlowly(live);
      const latest = overflow === 'coalesce' ? `"seq":${eventsThatBlock}}` : '{"gap":true}';
      const text = await followed.slow.until(latest);
      t.true(text.length < eventsThatBlock * eventBytes);
      await followed.publish('m1');
      await followed.slow.until(`"seq":${eventsThatBlock + 1}}`);
    },
  );
}

test.serial('cuts off a client that takes nothing of what waits for it', async (t) => {
  const subscriptions = { overflow: 'coalesce', pingIntervalMs: 1_000 } as const;
  await using live = await startLimited({ subscriptions });
  await using followed = await followSlowly(live);
  await eventually(() => live.subscriptions() === 1);
  await t.throwsAsync(followed.slow.rest());
});

async function startWithIssuer(subscriptions: ConfigInput['subscriptions'] = {}) {
  const issuer = await startTokenIssuer(issuerName, [key]);
  const { jwksUrl } = issuer;
  const live = await startLimited({
    subscriptions,
    authentication: {
      issuers: [{ issuer: issuerName, jwksUrl, audience: ['graph'], clockSkewMs: 0 }],
    },
  });
  return {
    ...live,
    openAs: (token: string) => live.open({}, { authorization: `Bearer ${token}` }),
    [Symbol.asyncDispose]: async () => {
      await live[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

const isRefused = async (stream: OpenStream) => (await stream.rest()).includes('UNAUTHENTICATED');

test('opens no stream for a token that does not hold', async (t) => {
  await using live = await startWithIssuer();
  await using refused = await live.openAs('x');
  t.true(await isRefused(refused));
  t.is(live.subscriptions(), 0);
});

test.serial('ends a stream with UNAUTHENTICATED at the end of the token', async (t) => {
  await using live = await startWithIssuer();
  const expiresAt = (Math.floor(Date.now() / 1_000) + 3) * 1_000;
  await using stream = await live.openAs(await signToken(key, { expiresAt }));
  await live.feed.untilSubscribed(1);
  live.feed.publish({ id: 'm1', seq: 1 });
  await stream.until('"seq":1');
  t.true(await isRefused(stream));
  t.true(Date.now() >= expiresAt);
  t.true(Date.now() < expiresAt + 1_500);
  await live.feed.untilSubscribed(0);
});

/** Opens a stream from an address of this machine. */
async function openFrom(localAddress: string, url: string, token: string) {
  const headers = { ...accept, authorization: `Bearer ${token}` };
  const request = get(urlOf(url, document), { localAddress, headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const [text] = (await once(response, 'data')) as [Buffer];
  return {
    status: response.statusCode,
    text: text.toString(),
    [Symbol.dispose]: () => request.destroy(),
  };
}

test('counts the streams of a viewer, whatever their addresses', async (t) => {
  await using live = await startWithIssuer({ streamsPerClientMax: 1 });
  const { url } = live.http;
  const token = await signToken(key);
  using first = await openFrom('127.0.0.1', url, token);
  using again = await openFrom('127.0.0.2', url, token);
  using other = await openFrom('127.0.0.3', url, await signToken(key, { claims: { sub: 'eve' } }));
  t.deepEqual([first.status, again.status, other.status], [200, 429, 200]);
  t.true(again.text.includes('RATE_LIMITED'));
});
