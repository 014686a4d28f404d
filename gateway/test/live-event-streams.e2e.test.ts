import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import { products } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import {
  followByEventSource,
  followByGraphqlSse,
  openStream,
  urlOf,
} from './live-kit/stream-clients.ts';

const document = 'subscription { matchChanged(id: "m1") { seq home { name } } }';
const eventOf = (seq: number) => ({ data: { matchChanged: { seq, home: { name: 'Ajax' } } } });
const sse = { accept: 'text/event-stream' };
const completeEvent = 'event: complete\ndata:\n\n';

async function startLive(config: Partial<ConfigInput> = {}) {
  const graph = createMatchGraph();
  const http = await startHttpGateway({ subgraphs: graph.subgraphs, config });
  const subscriptions = () => http.gateway.liveCounts().subscriptions;
  return {
    ...graph,
    http,
    url: http.url,
    subscribed: (count: number) => eventually(() => subscriptions() === count),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

test('serves an EventSource, and tells it of the end', async (t) => {
  await using live = await startLive();
  using followed = followByEventSource(urlOf(live.url, document));
  await live.feed.untilSubscribed(1);
  for (let seq = 1; seq <= 3; seq += 1) live.feed.publish({ id: 'm1', seq });
  t.deepEqual(await followed.until(3), [eventOf(1), eventOf(2), eventOf(3)]);
  live.feed.complete();
  t.is(await followed.ended, undefined);
});

test("serves graphql-sse's own client by POST: subscriptions, queries and mutations", async (t) => {
  await using live = await startLive();
  using followed = followByGraphqlSse(live.url, {
    query: 'subscription Follow($id: ID!) { matchChanged(id: $id) { seq home { name } } }',
    operationName: 'Follow',
    variables: { id: 'm1' },
  });
  await live.feed.untilSubscribed(1);
  live.feed.publish({ id: 'm1', seq: 1 });
  t.deepEqual(await followed.until(1), [eventOf(1)]);
  live.feed.complete();
  t.is(await followed.ended, undefined);
  using asked = followByGraphqlSse(live.url, { query: '{ match(id: "m1") { seq } }' });
  t.is(await asked.ended, undefined);
  t.deepEqual(asked.results, [{ data: { match: { seq: 0 } } }]);
});

test('tells a client in single connection mode by the status that it is not served', async (t) => {
  await using live = await startLive();
  const options = { singleConnection: true };
  using followed = followByGraphqlSse(live.url, { query: document }, options);
  t.like(await followed.ended, { response: { status: 405 } });
});

test('says what GraphQL over SSE says, in one answer', async (t) => {
  await using live = await startLive();
  await using stream = await openStream(`${live.url}/graphql`, sse, { query: document });
  const { status, headers } = stream.response;
  t.is(status, 200);
  t.is(headers.get('content-type'), 'text/event-stream; charset=utf-8');
  t.is(headers.get('cache-control'), 'no-store');
  t.is(headers.get('x-accel-buffering'), 'no');
  await live.feed.untilSubscribed(1);
  live.feed.publish({ id: 'm1', seq: 1 });
  await stream.until('"seq":1');
  live.feed.complete();
  const next = `event: next\ndata: ${JSON.stringify(eventOf(1))}\n\n`;
  t.is(await stream.rest(), `:\n\n${next}${completeEvent}`);
});

test('answers with JSON what is no subscription when the client reads JSON too', async (t) => {
  await using live = await startLive();
  const headers = { accept: 'application/graphql-response+json, text/event-stream' };
  const query = '{ match(id: "m1") { seq } }';
  const answer = await live.http.post({ query }, headers);
  t.regex(answer.headers.get('content-type') ?? '', /^application\/graphql-response\+json/);
  t.deepEqual(await answer.json(), { data: { match: { seq: 0 } } });
  const refused = await live.http.post({ query: 'subscription { nothing }' }, headers);
  t.is(refused.status, 400);
  await using stream = await openStream(`${live.url}/graphql`, headers, { query: document });
  t.regex(stream.response.headers.get('content-type') ?? '', /^text\/event-stream/);
});

test('tells errors of the operation by the stream, those of the request by the status', async (t) => {
  await using live = await startLive();
  const get = (query: string) => fetch(urlOf(live.url, query), { headers: sse });
  const invalid = await get('subscription { nothing }');
  t.is(invalid.status, 200);
  const text = await invalid.text();
  t.regex(text, /^:\n\nevent: next\ndata: \{"errors":.*GRAPHQL_VALIDATION_FAILED.*\}\n\n/);
  t.true(text.endsWith(completeEvent));
  t.is((await fetch(`${live.url}/graphql`, { headers: sse })).status, 400);
  t.is((await live.http.post('{', sse)).status, 400);
  const plain = await fetch(urlOf(live.url, document));
  t.is(plain.status, 400);
  t.regex(await plain.text(), /not served over this transport/);
});

test('runs mutations by POST, and by GET never', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const query = 'mutation { addProduct(name: "Sofa") { name } }';
  const refused = await fetch(urlOf(http.url, query), { headers: sse });
  t.is(refused.status, 405);
  t.is(refused.headers.get('allow'), 'POST');
  t.is(http.server('products').requests.length, 0);
  const done = await http.post({ query }, sse);
  const payload = '{"data":{"addProduct":{"name":"Sofa"}}}';
  t.is(await done.text(), `:\n\nevent: next\ndata: ${payload}\n\n${completeEvent}`);
});

test('ends the stream with the errors of a subscription that its subgraph refuses', async (t) => {
  await using live = await startLive();
  live.refuseWith('FORBIDDEN');
  using followed = followByEventSource(urlOf(live.url, document));
  t.is(await followed.ended, undefined);
  t.like(followed.results, [{ errors: [{ extensions: { code: 'FORBIDDEN' } }] }]);
});

test('unsubscribes when the client goes away, and writes the line of the operation', async (t) => {
  await using live = await startLive();
  const followed = followByEventSource(urlOf(live.url, document));
  await live.feed.untilSubscribed(1);
  live.feed.publish({ id: 'm1', seq: 1 });
  await followed.until(1);
  followed[Symbol.dispose]();
  await live.feed.untilSubscribed(0);
  const [line] = live.http.logs.filter(({ message }) => message === 'operation completed');
  t.like(line, {
    'graphql.operation.type': 'subscription',
    'graphql.subscription.events': 1,
  });
});

test('makes and writes an event once for the clients of all transports', async (t) => {
  await using live = await startLive();
  await using client = createLiveClient(live.url);
  const bySocket = client.follow(document);
  using bySource = followByEventSource(urlOf(live.url, document));
  using bySse = followByGraphqlSse(live.url, { query: document });
  await live.subscribed(3);
  await live.feed.untilSubscribed(1);
  const before = live.http.server('teams').requests.length;
  live.feed.publish({ id: 'm1', seq: 1 });
  for (const one of [bySocket, bySource, bySse]) t.deepEqual(await one.until(1), [eventOf(1)]);
  t.is(live.http.gateway.liveCounts().channels, 1);
  t.is(live.http.server('teams').requests.length, before + 1);
});

test('shows that it lives while nothing happens', async (t) => {
  await using live = await startLive({ subscriptions: { heartbeatIntervalMs: 250 } });
  await using stream = await openStream(urlOf(live.url, document), sse);
  await stream.until(':\n\n:\n\n:\n\n');
  t.pass();
});

test('lets a page of an allowed origin read a stream, and no other', async (t) => {
  await using live = await startLive({ cors: { origins: ['https://shop.example'] } });
  const open = (origin: string) => openStream(urlOf(live.url, document), { ...sse, origin });
  await using allowed = await open('https://shop.example');
  await using foreign = await open('https://evil.example');
  const originOf = ({ response }: typeof allowed) =>
    response.headers.get('access-control-allow-origin');
  t.is(originOf(allowed), 'https://shop.example');
  t.is(originOf(foreign), null);
  t.is(foreign.response.headers.get('cross-origin-resource-policy'), 'same-origin');
  t.is(allowed.response.headers.get('vary'), 'Accept, Origin');
});
