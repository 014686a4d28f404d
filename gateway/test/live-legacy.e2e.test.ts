import test from 'ava';
import { products } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { eventually } from './kit/eventually.ts';
import { createLegacyApolloClient, followByApollo } from './live-kit/apollo-client.ts';
import { createLegacyClient } from './live-kit/legacy-client.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import { startGraph } from './live-kit/start-graph.ts';

const document = 'subscription { matchChanged(id: "m1") { seq home { name } } }';
const eventOf = (seq: number) => ({ data: { matchChanged: { seq, home: { name: 'Ajax' } } } });

test('serves the client of subscriptions-transport-ws', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using legacy = createLegacyClient(http.url);
  const followed = legacy.follow({
    query: 'subscription Follow($id: ID!) { matchChanged(id: $id) { seq home { name } } }',
    operationName: 'Follow',
    variables: { id: 'm1' },
  });
  const other = legacy.follow(document);
  await feed.untilSubscribed(2);
  for (let seq = 1; seq <= 3; seq += 1) feed.publish({ id: 'm1', seq });
  t.deepEqual(await followed.until(3), [eventOf(1), eventOf(2), eventOf(3)]);
  t.deepEqual(await other.until(3), [eventOf(1), eventOf(2), eventOf(3)]);
  other[Symbol.dispose]();
  await feed.untilSubscribed(1);
  feed.complete();
  t.is(await followed.ended, undefined);
  const asked = legacy.follow('{ match(id: "m1") { seq } }');
  t.is(await asked.ended, undefined);
  t.deepEqual(asked.results, [{ data: { match: { seq: 0 } } }]);
});

test('runs mutations over the legacy protocol', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  await using legacy = createLegacyClient(http.url);
  const done = legacy.follow('mutation { addProduct(name: "Sofa") { name } }');
  t.is(await done.ended, undefined);
  t.deepEqual(done.results, [{ data: { addProduct: { name: 'Sofa' } } }]);
});

test("serves Apollo Client over the legacy client's link", async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using legacy = createLegacyClient(http.url);
  using followed = followByApollo(createLegacyApolloClient(legacy.client), document);
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 1 });
  const [result] = await followed.until(1);
  t.like(result, { data: { matchChanged: { seq: 1 } } });
});

test('gives a legacy client the error of an operation that is refused', async (t) => {
  const { subgraphs } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using legacy = createLegacyClient(http.url);
  const refusals = [
    ['subscription { nothing }', 'Cannot query field "nothing" on type "Subscription".'],
    ['{ lastMatch { no none } }', 'Cannot query field "no" on type "Match".'],
  ];
  for (const [query = '', message] of refusals) {
    t.like(await legacy.follow(query).ended, { message });
  }
});

test('joins an event once for the clients of both protocols', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using legacy = createLegacyClient(http.url);
  await using client = createLiveClient(http.url);
  const followed = [legacy.follow(document), legacy.follow(document), client.follow(document)];
  await eventually(() => http.gateway.liveCounts().subscriptions === 3);
  await feed.untilSubscribed(1);
  const before = http.server('teams').requests.length;
  feed.publish({ id: 'm1', seq: 1 });
  for (const one of followed) t.deepEqual(await one.until(1), [eventOf(1)]);
  t.is(http.gateway.liveCounts().channels, 1);
  t.is(http.server('teams').requests.length, before + 1);
});

test('keeps the connection of a client that waits for keep-alives', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  const config = { subscriptions: { heartbeatIntervalMs: 250 } };
  await using http = await startHttpGateway({ subgraphs, config });
  await using legacy = createLegacyClient(http.url, { timeout: 1_000 });
  let disconnects = 0;
  legacy.client.onDisconnected(() => {
    disconnects += 1;
  });
  const followed = legacy.follow(document);
  await feed.untilSubscribed(1);
  const startMs = performance.now();
  await eventually(() => performance.now() - startMs > 3_500);
  feed.publish({ id: 'm1', seq: 1 });
  t.is((await followed.until(1)).length, 1);
  t.is(disconnects, 0);
});

test('is connected to again by the legacy client when the gateway has stopped', async (t) => {
  await using graph = await startGraph();
  const before = await graph.serve();
  await using legacy = createLegacyClient(before.url, { reconnect: true });
  const followed = legacy.follow(document);
  await graph.feed.untilSubscribed(1);
  graph.feed.publish({ id: 'm1', seq: 1 });
  await followed.until(1);
  await before.stop();
  await graph.serve({ port: Number(new URL(before.url).port) });
  await graph.feed.untilSubscribed(1);
  graph.feed.publish({ id: 'm1', seq: 2 });
  t.deepEqual(await followed.until(2), [eventOf(1), eventOf(2)]);
});
