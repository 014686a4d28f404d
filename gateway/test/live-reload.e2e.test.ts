import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { ExecutionResult } from 'graphql';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import type { Subgraph } from './kit/define-subgraph.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import type { MovingGraph } from './live-kit/moving-graph.ts';
import { createMovingGraph } from './live-kit/moving-graph.ts';

const document = 'subscription { matchChanged(id: "m1") { seq score } }';
const reloads = 100;

/** Publishes one event after the other until told to stop; says how many there were. */
function publishOnAndOn({ feed }: MovingGraph) {
  let seq = 0;
  const timer = setInterval(() => {
    for (let events = 0; events < 3; events += 1) {
      seq += 1;
      feed.publish({ id: 'm1', seq });
    }
  }, 2);
  return {
    stop: () => {
      clearInterval(timer);
      return seq;
    },
  };
}

function seqOf({ data }: ExecutionResult): unknown {
  return (data?.matchChanged as { seq: number } | null)?.seq;
}

const changes: readonly [string, (graph: MovingGraph) => readonly (readonly Subgraph[])[]][] = [
  ['that concern nobody', ({ first, other }) => [other, first]],
  ['that change what the source is asked for', ({ first, moved }) => [moved, first]],
];

for (const [title, versionsOf] of changes) {
  test(`neither loses nor repeats an event over ${reloads} reloads ${title}`, async (t) => {
    const graph = createMovingGraph();
    await using http = await startHttpGateway({ subgraphs: graph.first });
    await using stack = new AsyncDisposableStack();
    const clients = Array.from({ length: 10 }, () => stack.use(createLiveClient(http.url)));
    const followed = clients.map((client) => client.follow(document));
    await eventually(() => http.gateway.liveCounts().subscriptions === clients.length);
    await graph.feed.untilSubscribed(1);
    const traffic = publishOnAndOn(graph);
    const versions = versionsOf(graph);
    for (let reload = 0; reload < reloads; reload += 1) {
      http.reload(versions[reload % versions.length] ?? []);
      await sleep(reload % 10 === 0 ? 40 : 4);
    }
    const last = traffic.stop();
    for (const one of followed) {
      const results = await one.until(last);
      t.deepEqual(
        results.map(seqOf),
        Array.from({ length: last }, (_, index) => index + 1),
      );
      t.true(results.every(({ data, errors }) => errors === undefined && data !== null));
    }
    t.true(last > 200);
    await eventually(() => http.gateway.liveCounts().upstreams === 1);
    t.deepEqual(http.gateway.liveCounts(), { subscriptions: 10, channels: 1, upstreams: 1 });
    await graph.feed.untilSubscribed(1);
  });
}

test('keeps the upstream when the reload changes nothing of it', async (t) => {
  const graph = createMovingGraph();
  await using http = await startHttpGateway({ subgraphs: graph.first });
  await using client = createLiveClient(http.url);
  const followed = client.follow(document);
  await graph.feed.untilSubscribed(1);
  http.reload(graph.other);
  graph.feed.publish({ id: 'm1', seq: 1 });
  await followed.until(1);
  const { matches, stats } = { matches: http.server('matches'), stats: http.server('stats') };
  t.is(matches.live.subscriptions.length, 1);
  t.is(stats.requests.length, 1);
});

test('joins events by the new plan after a reload', async (t) => {
  const graph = createMovingGraph();
  await using http = await startHttpGateway({ subgraphs: graph.first });
  await using client = createLiveClient(http.url);
  const followed = client.follow(document);
  await graph.feed.untilSubscribed(1);
  http.reload(graph.moved);
  await graph.feed.untilSubscribed(2);
  graph.feed.publish({ id: 'm1', seq: 1 });
  await graph.feed.untilSubscribed(1);
  graph.feed.publish({ id: 'm1', seq: 2 });
  t.deepEqual(await followed.until(2), [
    { data: { matchChanged: { seq: 1, score: 3 } } },
    { data: { matchChanged: { seq: 2, score: 3 } } },
  ]);
  const asked = http.server('stats').requests.length;
  graph.feed.publish({ id: 'm1', seq: 3 });
  await followed.until(3);
  t.is(http.server('stats').requests.length, asked);
});

test('goes over to the new source though it is silent for a while', async (t) => {
  const graph = createMovingGraph();
  await using http = await startHttpGateway({ subgraphs: graph.first });
  await using client = createLiveClient(http.url);
  const followed = client.follow(document);
  await graph.feed.untilSubscribed(1);
  http.reload(graph.moved);
  await graph.feed.untilSubscribed(2);
  await graph.feed.untilSubscribed(1);
  graph.feed.publish({ id: 'm1', seq: 1 });
  t.deepEqual((await followed.until(1)).map(seqOf), [1]);
});

test('ends the subscriptions that the new graph no longer has, and those alone', async (t) => {
  const graph = createMovingGraph();
  await using http = await startHttpGateway({ subgraphs: graph.first });
  await using client = createLiveClient(http.url);
  const followed = client.follow(document);
  await graph.feed.untilSubscribed(1);
  http.reload(graph.without);
  const [error] = (await followed.ended) as readonly { extensions: { code: string } }[];
  t.is(error?.extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  const other = client.follow('subscription { lastMatch { seq } }');
  await eventually(() => http.gateway.liveCounts().subscriptions === 1);
  http.reload(graph.first);
  const [gone] = (await other.ended) as readonly { extensions: { code: string } }[];
  t.is(gone?.extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  await graph.feed.untilSubscribed(0);
});

test('ends the subscriptions of those who may no longer see what they follow', async (t) => {
  const graph = createMovingGraph();
  await using http = await startHttpGateway({ subgraphs: graph.first });
  await using client = createLiveClient(http.url);
  const followed = client.follow(document);
  await graph.feed.untilSubscribed(1);
  http.reload(graph.guarded);
  const [error] = (await followed.ended) as readonly { extensions: { code: string } }[];
  t.is(error?.extensions.code, 'UNAUTHENTICATED');
});
