import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import { startSpeakingSubgraph } from './live-kit/speaking-subgraph.ts';

const document = 'subscription { matchChanged(id: "m1") { seq } }';
const gap = { data: null, extensions: { gap: true } };
const quick = { retryDelayMsMax: 50 };

test('subscribes again when the connection to a subgraph is lost, and tells of the gap', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs, config: { subgraphSockets: quick } });
  await using client = createLiveClient(http.url);
  const told = client.follow({ query: document, extensions: { gaps: true } });
  const untold = client.follow(document);
  await eventually(() => http.gateway.liveCounts().subscriptions === 2);
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 1 });
  await told.until(1);
  for (const code of [1001, 1011, 4500]) {
    const { subscriptions } = http.server('matches').live;
    const before = subscriptions.length;
    http.server('matches').live.close(code);
    await eventually(() => subscriptions.length > before);
    await feed.untilSubscribed(1);
    feed.publish({ id: 'm1', seq: code });
    await untold.until(untold.results.length + 1);
  }
  const event = (seq: number) => ({ data: { matchChanged: { seq } } });
  const events = [event(1), event(1001), event(1011), event(4500)];
  t.deepEqual(untold.results, events);
  await told.until(7);
  t.deepEqual(
    told.results,
    events.flatMap((one, index) => (index === 0 ? [one] : [gap, one])),
  );
});

test('outlives the restart of a subgraph', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs, config: { subgraphSockets: quick } });
  await using client = createLiveClient(http.url);
  const followed = client.follow(document);
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 1 });
  await followed.until(1);
  await http.restart('matches', () => sleep(300));
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 2 });
  t.is((await followed.until(2)).length, 2);
});

test('gives up a subgraph that stays away, with an error', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  const config = { subgraphSockets: { ...quick, retryTimeoutMs: 200 } };
  await using http = await startHttpGateway({ subgraphs, config });
  await using client = createLiveClient(http.url);
  const followed = client.follow(document);
  await feed.untilSubscribed(1);
  await http.restart('matches', async () => {
    const [error] = (await followed.ended) as readonly Refusal[];
    t.is(error?.extensions.code, 'DOWNSTREAM_SERVICE_ERROR');
    t.notRegex(error?.message ?? '', /matches/);
  });
  t.is(http.gateway.liveCounts().upstreams, 0);
});

test('waits for a subgraph that is not there yet no longer than for an answer', async (t) => {
  const { subgraphs } = createMatchGraph();
  const config = { subgraphSockets: quick, subgraphDefaults: { timeoutMs: 300 } };
  await using http = await startHttpGateway({ subgraphs, config });
  await using client = createLiveClient(http.url);
  await http.restart('matches', async () => {
    const startMs = performance.now();
    const [error] = (await client.follow(document).ended) as readonly Refusal[];
    t.is(error?.extensions.code, 'DOWNSTREAM_SERVICE_ERROR');
    t.true(performance.now() - startMs > 250);
  });
});

test('spreads subscriptions over sockets, and closes those that nobody needs', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  const config = { subgraphSockets: { subscriptionsPerSocketMax: 2, idleTimeoutMs: 0 } };
  await using http = await startHttpGateway({ subgraphs, config });
  await using client = createLiveClient(http.url);
  const query = (id: number) => `subscription { matchChanged(id: "m${id}") { seq } }`;
  const followed = [1, 2, 3, 4, 5].map((id) => client.follow(query(id)));
  await feed.untilSubscribed(5);
  const { live } = http.server('matches');
  t.is(live.openSocketCount(), 3);
  for (const one of followed) one[Symbol.dispose]();
  await eventually(() => live.openSocketCount() === 0);
  t.pass();
});

test('refuses a further upstream when as many sockets are open as may be', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  const config = { subgraphSockets: { socketsMax: 1 }, headers: { forward: ['x-tenant'] } };
  await using http = await startHttpGateway({ subgraphs, config });
  await using first = createLiveClient(http.url, { connectionParams: { 'x-tenant': 'a' } });
  await using second = createLiveClient(http.url, { connectionParams: { 'x-tenant': 'b' } });
  first.follow(document);
  await feed.untilSubscribed(1);
  const [error] = (await second.follow(document).ended) as readonly Refusal[];
  t.is(error?.extensions.code, 'SUPERGRAPH_UNAVAILABLE');
});

test('ends a subscription that a subgraph refuses in the middle, with its error', async (t) => {
  await using subgraph = await startSpeakingSubgraph();
  const { subgraphs } = createMatchGraph();
  const config = { subgraphs: { matches: { subscriptionUrl: subgraph.url } } };
  await using http = await startHttpGateway({ subgraphs, config });
  await using client = createLiveClient(http.url);
  const cases = [
    [{ message: 'not yours', extensions: { code: 'FORBIDDEN' } }, 'FORBIDDEN', 'not yours'],
    [{ message: 'secret', extensions: { code: 'ENOENT' } }, 'DOWNSTREAM_SERVICE_ERROR', undefined],
    [undefined, 'DOWNSTREAM_SERVICE_ERROR', undefined],
  ] as const;
  for (const [payload, code, message] of cases) {
    const followed = client.follow(document);
    const id = await subgraph.subscribed();
    subgraph.say({ id, type: 'error', payload: payload === undefined ? 7 : [payload] });
    const [error] = (await followed.ended) as readonly Refusal[];
    t.is(error?.extensions.code, code);
    if (message === undefined) t.notRegex(error?.message ?? '', /secret/);
    else t.is(error?.message, message);
  }
});

test('makes an error of what is no event, and goes on', async (t) => {
  await using subgraph = await startSpeakingSubgraph();
  const { subgraphs } = createMatchGraph();
  const config = { subgraphs: { matches: { subscriptionUrl: subgraph.url } } };
  await using http = await startHttpGateway({ subgraphs, config });
  await using client = createLiveClient(http.url);
  const followed = client.follow(document);
  const id = await subgraph.subscribed();
  const event = { data: { matchChanged: { seq: 1 } } };
  const hostile = [7, null, [], {}, { data: 7 }, { data: { matchChanged: 'x' } }, { errors: [7] }];
  subgraph.sayText('not JSON');
  subgraph.sayText('null');
  subgraph.say({ type: 'next', id: 'nobody', payload: event });
  for (const payload of hostile) subgraph.say({ id, type: 'next', payload });
  subgraph.say({ id, type: 'next', payload: event });
  const results = await followed.until(hostile.length + 1);
  for (const { data, errors } of results.slice(0, -1)) {
    t.deepEqual(data, { matchChanged: null });
    t.is(errors?.[0]?.extensions?.code, 'DOWNSTREAM_SERVICE_ERROR');
  }
  t.deepEqual(results.at(-1), event);
});

for (const [code, expected] of [
  [4401, 'UNAUTHENTICATED'],
  [4403, 'FORBIDDEN'],
  [4406, 'DOWNSTREAM_SERVICE_ERROR'],
] as const) {
  test(`does not insist when a subgraph closes with ${code}`, async (t) => {
    await using subgraph = await startSpeakingSubgraph({ closeCode: code });
    const { subgraphs } = createMatchGraph();
    const config = { subgraphs: { matches: { subscriptionUrl: subgraph.url } } };
    await using http = await startHttpGateway({ subgraphs, config });
    await using client = createLiveClient(http.url);
    const [error] = (await client.follow(document).ended) as readonly Refusal[];
    t.is(error?.extensions.code, expected);
    t.is(subgraph.connections(), 1);
  });
}

test('answers the pings of a subgraph, and leaves one that is silent', async (t) => {
  await using subgraph = await startSpeakingSubgraph();
  const { subgraphs } = createMatchGraph();
  const config = {
    subgraphs: { matches: { subscriptionUrl: subgraph.url } },
    subgraphSockets: { ...quick, pingIntervalMs: 1_000 },
  };
  await using http = await startHttpGateway({ subgraphs, config });
  await using client = createLiveClient(http.url);
  client.follow(document);
  await subgraph.subscribed();
  subgraph.say({ type: 'ping', payload: { n: 1 } });
  t.deepEqual(await subgraph.heard('pong'), { type: 'pong', payload: { n: 1 } });
  subgraph.deafen();
  await eventually(() => subgraph.connections() === 2);
  t.pass();
});

interface Refusal {
  readonly message: string;
  readonly extensions: { readonly code: string };
}
