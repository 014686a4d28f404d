import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import type { MatchEvent } from './live-kit/match-subgraphs.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import type { RawSocket } from './live-kit/raw-socket.ts';
import { openRawSocket } from './live-kit/raw-socket.ts';

const document = 'subscription { matchChanged(id: "m1") { seq } }';
const field = 'Subscription.matchChanged';
const subscribe = (id: string, query = document, extensions = {}) => ({
  id,
  type: 'subscribe',
  payload: { query, extensions },
});
/** More than a socket's buffers on loopback take, in events of this length. */
const eventBytes = 200_000;
const eventsThatBlock = 100;
const longEvent = (seq: number, homeTeam = 'ajax'): MatchEvent => ({
  id: 'x'.repeat(eventBytes),
  seq,
  homeTeam,
});

async function startLimited(subscriptions: ConfigInput['subscriptions']) {
  const graph = createMatchGraph();
  const config = { subscriptions };
  const http = await startHttpGateway({ subgraphs: graph.subgraphs, config });
  return { ...graph, http, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

function statusOf(opening: Promise<RawSocket>): Promise<string> {
  return opening.then(
    () => '101',
    (error: Error) => error.message,
  );
}

test('opens no more sockets than may be open, in all and for one client', async (t) => {
  await using few = await startLimited({ socketsMax: 1 });
  await using _first = await openRawSocket(few.http.url);
  t.regex(await statusOf(openRawSocket(few.http.url)), /503/);
  await using fewEach = await startLimited({ socketsPerClientMax: 1 });
  const only = await openRawSocket(fewEach.http.url);
  t.regex(await statusOf(openRawSocket(fewEach.http.url)), /429/);
  await only[Symbol.asyncDispose]();
  let status = '';
  while (status !== '101') status = await statusOf(openRawSocket(fewEach.http.url));
  t.is(status, '101');
});

test('refuses a further operation on a socket with RATE_LIMITED, until one has ended', async (t) => {
  await using live = await startLimited({ operationsPerSocketMax: 1 });
  await using socket = await openRawSocket(live.http.url);
  socket.send(subscribe('1'));
  socket.send(subscribe('2'));
  const { payload } = await socket.receive('error', '2');
  t.is((payload as readonly Refusal[])[0]?.extensions.code, 'RATE_LIMITED');
  socket.send({ type: 'complete', id: '1' });
  socket.send(subscribe('3'));
  await live.feed.untilSubscribed(1);
  live.feed.publish({ id: 'm1', seq: 1 });
  await socket.receive('next', '3');
});

test('closes with 4429 after too many messages in a second', async (t) => {
  await using live = await startLimited({ messagesPerSecondMax: 20 });
  await using socket = await openRawSocket(live.http.url);
  for (let messages = 0; messages < 50; messages += 1) socket.send({ type: 'ping' });
  t.deepEqual(await socket.closed, { code: 4429, reason: 'Too many messages' });
});

test('refuses a further channel when as many are open as may be', async (t) => {
  await using live = await startLimited({ channelsMax: 1 });
  await using client = createLiveClient(live.http.url);
  const first = client.follow(document);
  await live.feed.untilSubscribed(1);
  const same = client.follow(document);
  const other = client.follow('subscription { goal { seq } }');
  const [error] = (await other.ended) as readonly Refusal[];
  t.is(error?.extensions.code, 'SUPERGRAPH_UNAVAILABLE');
  live.feed.publish({ id: 'm1', seq: 1 });
  await first.until(1);
  await same.until(1);
});

test('drops a socket that answers no ping', async (t) => {
  await using live = await startLimited({ pingIntervalMs: 1_000 });
  await using talking = await openRawSocket(live.http.url);
  await using dead = await openRawSocket(live.http.url, { autoPong: false });
  t.is((await dead.closed).code, 1006);
  t.is(talking.ws.readyState, talking.ws.OPEN);
});

/** Follows long events, one socket that reads and one that has stopped, until that one is blocked. */
async function followSlowly(
  live: Awaited<ReturnType<typeof startLimited>>,
  query = 'subscription { matchChanged(id: "m1") { id seq } }',
) {
  const reading = await openRawSocket(live.http.url, { maxPayload: 1_000_000 });
  const slow = await openRawSocket(live.http.url, { maxPayload: 1_000_000 });
  for (const socket of [reading, slow]) socket.send(subscribe('1', query, { gaps: true }));
  await eventually(() => live.http.gateway.liveCounts().subscriptions === 2);
  await live.feed.untilSubscribed(1);
  slow.ws.pause();
  const seen = (socket: RawSocket) => socket.messages.filter(({ type }) => type === 'next');
  const publish = async (event: MatchEvent) => {
    const before = seen(reading).length;
    live.feed.publish(event);
    await eventually(() => seen(reading).length > before);
  };
  for (let seq = 1; seq <= eventsThatBlock; seq += 1) await publish(longEvent(seq));
  return { slow, publish, seen: () => seen(slow) };
}

test('closes a socket that does not read with 4413, by default, and no other', async (t) => {
  await using live = await startLimited({});
  const { slow } = await followSlowly(live);
  await eventually(() => live.http.gateway.liveCounts().subscriptions === 1);
  slow.ws.resume();
  const { code } = await slow.closed;
  t.true([4413, 1006].includes(code), String(code));
});

test('gives a slow client the latest event when it reads again', async (t) => {
  await using live = await startLimited({ fields: { [field]: { overflow: 'coalesce' } } });
  const { slow, publish, seen } = await followSlowly(live);
  await publish({ id: 'm1', seq: 1_000 });
  slow.ws.resume();
  await eventually(() => seqOf(seen().at(-1)) === 1_000);
  const seqs = seen().map(seqOf);
  t.true(seqs.length < eventsThatBlock);
  t.deepEqual(
    seqs,
    seqs.toSorted((left, right) => left - right),
  );
  await publish({ id: 'm1', seq: 1_001 });
  await eventually(() => seqOf(seen().at(-1)) === 1_001);
});

test('gives a slow client the latest event of each key', async (t) => {
  const rule = { overflow: 'coalesce', coalesceBy: 'home.id' } as const;
  await using live = await startLimited({ fields: { [field]: rule } });
  const query = 'subscription { matchChanged(id: "m1") { id seq home { id } } }';
  const { slow, publish, seen } = await followSlowly(live, query);
  await publish({ id: 'm1', seq: 1_000, homeTeam: 'boca' });
  await publish({ id: 'm1', seq: 1_001, homeTeam: 'ajax' });
  await publish({ id: 'm1', seq: 1_002, homeTeam: 'boca' });
  await publish({ id: 'm1', seq: 1_003, homeTeam: 'boca' });
  slow.ws.resume();
  await eventually(() => seqOf(seen().at(-1)) === 1_003);
  t.deepEqual(
    seen()
      .map(seqOf)
      .filter((seq) => seq >= 1_000),
    [1_001, 1_003],
  );
});

test('drops the newest events for a slow client, and tells of it', async (t) => {
  await using live = await startLimited({ fields: { [field]: { overflow: 'dropNewest' } } });
  const { slow, publish, seen } = await followSlowly(live);
  slow.ws.resume();
  await eventually(() => isGap(seen().at(-1)));
  await publish({ id: 'm1', seq: 1_000 });
  await eventually(() => seqOf(seen().at(-1)) === 1_000);
  const seqs = seen()
    .filter((message) => !isGap(message))
    .map(seqOf);
  t.deepEqual(
    seqs.slice(0, -1),
    seqs.slice(0, -1).map((_, index) => index + 1),
  );
  t.true(seqs.length < eventsThatBlock);
});

test('asks a client that does not read its answers for no more', async (t) => {
  await using live = await startLimited({});
  await using socket = await openRawSocket(live.http.url, { maxPayload: 1_000_000 });
  const query = (id: number) => `{ match(id: "${id}${'x'.repeat(eventBytes)}") { id } }`;
  const requests = () => live.http.server('matches').requests.length;
  socket.ws.pause();
  let sent = 0;
  let isStuck = false;
  while (!isStuck && sent < 1_000) {
    for (let more = 0; more < 20; more += 1) {
      sent += 1;
      socket.send(subscribe(String(sent), query(sent)));
    }
    const before = requests();
    await Promise.race([eventually(() => requests() === sent), sleep(2_000)]);
    isStuck = requests() === before;
  }
  t.true(isStuck);
  socket.ws.resume();
  await eventually(() => socket.messages.filter(({ type }) => type === 'complete').length === sent);
  t.is(requests(), sent);
});

test('lets no more events of a subscription through in a second than it may', async (t) => {
  await using live = await startLimited({
    fields: { [field]: { overflow: 'coalesce', eventsPerSecondMax: 5 } },
  });
  await using client = createLiveClient(live.http.url);
  const followed = client.follow(document);
  await live.feed.untilSubscribed(1);
  for (let seq = 1; seq <= 100; seq += 1) live.feed.publish({ id: 'm1', seq });
  const results = await followed.until(6);
  t.deepEqual(
    results.map((payload) => seqOf({ payload })),
    [1, 2, 3, 4, 5, 100],
  );
});

for (const [overflow, title] of [
  ['disconnect', 'ends a subscription'],
  ['dropNewest', 'drops the newest events of one'],
] as const) {
  test(`${title} whose events come faster than they can be joined`, async (t) => {
    await using live = await startLimited({ eventsPerSecondMax: 10, overflow });
    await using client = createLiveClient(live.http.url);
    const followed = client.follow({ query: document, extensions: { gaps: true } });
    await live.feed.untilSubscribed(1);
    for (let seq = 1; seq <= 1_100; seq += 1) live.feed.publish({ id: 'm1', seq });
    if (overflow === 'disconnect') {
      const [error] = (await followed.ended) as readonly Refusal[];
      t.is(error?.extensions.code, 'RATE_LIMITED');
      await live.feed.untilSubscribed(0);
    } else {
      const results = await followed.until(11);
      t.deepEqual(results.at(10)?.extensions, { gap: true });
    }
  });
}

interface Refusal {
  readonly extensions: { readonly code: string };
}

interface NextMessage {
  readonly payload?: unknown;
}

function isGap(message: NextMessage | undefined): boolean {
  return (message?.payload as { extensions?: { gap?: boolean } })?.extensions?.gap === true;
}

function seqOf(message: NextMessage | undefined): number {
  const { data } = (message?.payload ?? {}) as { data?: { matchChanged?: MatchEvent } };
  return data?.matchChanged?.seq ?? -1;
}
