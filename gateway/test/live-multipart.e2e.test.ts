import { CombinedProtocolErrors } from '@apollo/client';
import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { eventually } from './kit/eventually.ts';
import {
  createHttpApolloClient,
  createSocketApolloClient,
  followByApollo,
} from './live-kit/apollo-client.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import { startGraph } from './live-kit/start-graph.ts';
import { openStream } from './live-kit/stream-clients.ts';

const document = 'subscription Follow { matchChanged(id: "m1") { id seq } }';
const accept = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0, application/json';
const delimiter = '\r\n--graphql';
const partOf = (json: unknown) =>
  `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(json)}${delimiter}`;
const eventOf = (seq: number) => ({ data: { matchChanged: { id: 'm1', seq } } });

async function startLive(config: Partial<ConfigInput> = {}) {
  const graph = createMatchGraph();
  const http = await startHttpGateway({ subgraphs: graph.subgraphs, config });
  const open = () => openStream(`${http.url}/graphql`, { accept }, { query: document });
  return { ...graph, http, open, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

test('serves Apollo Client over multipart HTTP and over WebSocket, as one channel', async (t) => {
  await using live = await startLive();
  await using socket = createLiveClient(live.http.url);
  using byHttp = followByApollo(createHttpApolloClient(live.http.url), document);
  using bySocket = followByApollo(createSocketApolloClient(socket.client), document);
  await eventually(() => live.http.gateway.liveCounts().subscriptions === 2);
  await live.feed.untilSubscribed(1);
  for (let seq = 1; seq <= 3; seq += 1) live.feed.publish({ id: 'm1', seq });
  for (const followed of [byHttp, bySocket]) {
    const seen = (await followed.until(3)).map((result) => JSON.stringify(result.data));
    t.true(seen.every((text, index) => text.includes(`"seq":${index + 1}`)));
  }
  t.is(live.http.gateway.liveCounts().channels, 1);
  live.feed.complete();
  t.deepEqual(await Promise.all([byHttp.ended, bySocket.ended]), [undefined, undefined]);
});

test('unsubscribes when Apollo Client does', async (t) => {
  await using live = await startLive();
  const followed = followByApollo(createHttpApolloClient(live.http.url), document);
  await live.feed.untilSubscribed(1);
  followed[Symbol.dispose]();
  await live.feed.untilSubscribed(0);
  t.is(live.http.gateway.liveCounts().subscriptions, 0);
});

test("says what Apollo's multipart protocol says", async (t) => {
  await using live = await startLive();
  await using stream = await live.open();
  const type = 'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0';
  t.is(stream.response.headers.get('content-type'), type);
  await live.feed.untilSubscribed(1);
  live.feed.publish({ id: 'm1', seq: 1 });
  await stream.until('"seq":1');
  live.feed.complete();
  t.is(await stream.rest(), `${delimiter}${partOf({ payload: eventOf(1) })}--\r\n`);
});

test('sends empty parts while nothing happens', async (t) => {
  await using live = await startLive({ subscriptions: { heartbeatIntervalMs: 250 } });
  await using stream = await live.open();
  await stream.until(partOf({}) + partOf({}));
  t.pass();
});

test('tells of a failure as an error of the transport, and Apollo Client of it as one', async (t) => {
  await using live = await startLive({ subscriptions: { eventsPerSecondMax: 1 } });
  await using stream = await live.open();
  using followed = followByApollo(createHttpApolloClient(live.http.url), document);
  await eventually(() => live.http.gateway.liveCounts().subscriptions === 2);
  // Apollo Client also asks for __typename.
  await live.feed.untilSubscribed(2);
  for (let seq = 1; seq <= 1_100; seq += 1) live.feed.publish({ id: 'm1', seq });
  const text = await stream.rest();
  t.regex(text, /\{"payload":null,"errors":\[.*RATE_LIMITED.*\]\}\r\n--graphql--\r\n$/);
  t.is(await followed.ended, undefined);
  const error = followed.results.at(-1) as { readonly error?: unknown };
  t.true(CombinedProtocolErrors.is(error.error));
});

test('answers what is wrong with the request in JSON', async (t) => {
  await using live = await startLive();
  const answer = await live.http.post({ query: 'subscription { nothing }' }, { accept });
  t.is(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  t.like(await answer.json(), { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
});

test('tells clients to subscribe again when the gateway stops', async (t) => {
  await using graph = await startGraph();
  const gateway = await graph.serve();
  const followed = followByApollo(createHttpApolloClient(gateway.url), document);
  await graph.feed.untilSubscribed(1);
  await gateway.stop();
  const [result] = (await followed.until(1)) as readonly { readonly error?: unknown }[];
  t.true(CombinedProtocolErrors.is(result?.error));
  t.is(await followed.ended, undefined);
});
