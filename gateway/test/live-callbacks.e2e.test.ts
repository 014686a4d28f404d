import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { Subgraph } from './kit/define-subgraph.ts';
import { eventually } from './kit/eventually.ts';
import { startApolloServerSubgraph } from './live-kit/apollo-server-subgraph.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import type { MovingGraph } from './live-kit/moving-graph.ts';
import { createMovingGraph } from './live-kit/moving-graph.ts';
import { heartbeatIntervalMs, startCallbackGateway } from './live-kit/start-callback-gateway.ts';

const document = 'subscription { matchChanged(id: "m1") { seq } }';
const joinedDocument = 'subscription { matchChanged(id: "m1") { seq home { name } } }';
const joinedEventOf = (seq: number) => ({
  data: { matchChanged: { seq, home: { name: 'Ajax' } } },
});

/** A match graph whose matches come from Apollo Server by callbacks. */
async function startApolloMatches(subgraphs: readonly Subgraph[]) {
  const [matches] = subgraphs;
  if (matches === undefined) throw new Error('There is no subgraph to follow');
  const apollo = await startApolloServerSubgraph(matches);
  const http = await startCallbackGateway({ subgraphs, url: apollo.url });
  const client = createLiveClient(http.url);
  return {
    http,
    client,
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await http[Symbol.asyncDispose]();
      await apollo[Symbol.asyncDispose]();
    },
  };
}

test("follows Apollo Server's subscriptions by callbacks, and joins its events", async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using live = await startApolloMatches(subgraphs);
  const followed = [live.client.follow(joinedDocument), live.client.follow(joinedDocument)];
  await eventually(() => live.http.gateway.liveCounts().subscriptions === 2);
  await feed.untilSubscribed(1);
  for (let seq = 1; seq <= 20; seq += 1) feed.publish({ id: 'm1', seq });
  for (const one of followed) {
    const events = Array.from({ length: 20 }, (_, index) => joinedEventOf(index + 1));
    t.deepEqual(await one.until(20), events);
  }
  await sleep(4 * heartbeatIntervalMs);
  feed.publish({ id: 'm1', seq: 21 });
  for (const one of followed) t.deepEqual((await one.until(21)).at(-1), joinedEventOf(21));
  t.is(live.http.gateway.liveCounts().upstreams, 1);
  t.is(live.http.server('matches').live.sockets.length, 0);
});

test('tells Apollo Server that nobody listens any more when it calls again', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using live = await startApolloMatches(subgraphs);
  const followed = live.client.follow(document);
  await feed.untilSubscribed(1);
  followed[Symbol.dispose]();
  await feed.untilSubscribed(0);
  t.is(live.http.gateway.liveCounts().upstreams, 0);
});

test('completes a subscription that Apollo Server completes', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using live = await startApolloMatches(subgraphs);
  const followed = live.client.follow(document);
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 1 });
  await followed.until(1);
  feed.complete();
  t.is(await followed.ended, undefined);
});

test('ends a subscription that Apollo Server refuses, with its error', async (t) => {
  const { subgraphs, refuseWith } = createMatchGraph();
  refuseWith('FORBIDDEN');
  await using live = await startApolloMatches(subgraphs);
  const [error] = (await live.client.follow(document).ended) as readonly Refusal[];
  t.is(error?.extensions.code, 'FORBIDDEN');
  t.is(error?.message, 'refused with FORBIDDEN');
});

const changes: readonly [string, (graph: MovingGraph) => readonly (readonly Subgraph[])[]][] = [
  ['that concerns nobody', ({ first, other }) => [other, first]],
  ['that changes what the source is asked for', ({ first, moved }) => [moved, first]],
];

for (const [title, versionsOf] of changes) {
  test(`neither loses nor repeats an event of callbacks over a reload ${title}`, async (t) => {
    const graph = createMovingGraph();
    await using live = await startApolloMatches(graph.first);
    const query = 'subscription { matchChanged(id: "m1") { seq score } }';
    const followed = live.client.follow(query);
    await graph.feed.untilSubscribed(1);
    let seq = 0;
    for (const version of [...versionsOf(graph), ...versionsOf(graph)]) {
      live.http.reload(version);
      const end = seq + 20;
      while (seq < end) {
        seq += 1;
        graph.feed.publish({ id: 'm1', seq });
        await sleep(10);
      }
    }
    const results = await followed.until(seq);
    t.deepEqual(
      results.map(({ data }) => data),
      Array.from({ length: seq }, (_, index) => ({ matchChanged: { seq: index + 1, score: 3 } })),
    );
    await eventually(() => live.http.gateway.liveCounts().upstreams === 1);
  });
}

interface Refusal {
  readonly message: string;
  readonly extensions: { readonly code: string };
}
