import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { eventually } from './kit/eventually.ts';
import type { Followed } from './live-kit/followed.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { openRawSocket } from './live-kit/raw-socket.ts';
import { startGraph } from './live-kit/start-graph.ts';
import { followByEventSource, followByGraphqlSse, urlOf } from './live-kit/stream-clients.ts';

const document = 'subscription { matchChanged(id: "m1") { seq } }';

test('sends the clients of a gateway that stops to another one', async (t) => {
  await using graph = await startGraph();
  const gateways = [await graph.serve(), await graph.serve()];
  const closes: number[] = [];
  let url = gateways[0]?.url ?? '';
  await using client = createLiveClient(url, {
    url: () => `${url.replace('http', 'ws')}/graphql`,
    retryAttempts: 5,
    retryWait: async () => {
      url = gateways[1]?.url ?? '';
    },
    on: { closed: (event) => closes.push((event as { code: number }).code) },
  });
  const followed = client.follow(document);
  await graph.feed.untilSubscribed(1);
  graph.feed.publish({ id: 'm1', seq: 1 });
  await followed.until(1);
  await gateways[0]?.stop();
  await eventually(() => closes.length > 0);
  t.deepEqual(closes, [1001]);
  await graph.feed.untilSubscribed(1);
  graph.feed.publish({ id: 'm1', seq: 2 });
  t.is((await followed.until(2)).length, 2);
});

test('answers what is under way on a socket before it closes it', async (t) => {
  await using graph = await startGraph();
  const gateway = await graph.serve();
  await using asking = await openRawSocket(gateway.url);
  graph.matches.behave('hang');
  const query = '{ match(id: "m1") { seq } }';
  asking.send({ id: '1', type: 'subscribe', payload: { query } });
  await eventually(() => graph.matches.requests.length === 1);
  const stopped = gateway.stop();
  await t.throwsAsync(openRawSocket(gateway.url));
  t.is(asking.ws.readyState, asking.ws.OPEN);
  graph.matches.answerHanging();
  t.deepEqual((await asking.receive('next', '1')).payload, { data: { match: { seq: 0 } } });
  t.is((await asking.closed).code, 1001);
  await stopped;
});

test('cuts off what has not ended in time', async (t) => {
  await using graph = await startGraph();
  const gateway = await graph.serve({ drainTimeoutMs: 300 });
  await using asking = await openRawSocket(gateway.url);
  await using deaf = await openRawSocket(gateway.url);
  deaf.ws.pause();
  graph.matches.behave('hang');
  asking.send({ id: '1', type: 'subscribe', payload: { query: '{ match(id: "m1") { seq } }' } });
  await eventually(() => graph.matches.requests.length === 1);
  const startMs = performance.now();
  await gateway.stop();
  t.true(performance.now() - startMs < 3_000);
  t.is((await asking.closed).code, 1006);
});

test('sends the clients of streams to another gateway, by themselves', async (t) => {
  await using graph = await startGraph();
  const [before, after] = [await graph.serve(), await graph.serve()];
  const urls = [before.url, after.url];
  using bySource = followByEventSource(...urls.map((url) => urlOf(url, document)));
  using bySse = followByGraphqlSse(
    before.url,
    { query: document },
    { url: () => `${urls.shift()}/graphql`, retryAttempts: 1, retry: async () => undefined },
  );
  await eventually(() => graph.matches.live.sockets.length === 1);
  await graph.feed.untilSubscribed(1);
  while (bySource.results.length === 0 || bySse.results.length === 0) {
    graph.feed.publish({ id: 'm1', seq: 1 });
    await sleep(10);
  }
  await before.stop();
  const seen = [bySource.results.length, bySse.results.length];
  const isServed = (followed: Followed, index: number) =>
    followed.results.length > (seen[index] ?? 0);
  while (!isServed(bySource, 0) || !isServed(bySse, 1)) {
    graph.feed.publish({ id: 'm1', seq: 2 });
    await sleep(10);
  }
  t.deepEqual(bySource.results.at(-1), { data: { matchChanged: { seq: 2 } } });
  t.deepEqual(bySse.results.at(-1), { data: { matchChanged: { seq: 2 } } });
});
