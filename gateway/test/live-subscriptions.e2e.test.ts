import test from 'ava';
import type { ExecutionResult } from 'graphql';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import { openRawSocket } from './live-kit/raw-socket.ts';

const document = 'subscription { matchChanged(id: "m1") { seq home { name } } }';
const seqOnly = 'subscription { matchChanged(id: "m1") { seq } }';

test('joins an event with what another subgraph knows', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using client = createLiveClient(http.url);
  const followed = client.follow(document);
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 1 });
  feed.publish({ id: 'm1', seq: 2, homeTeam: 'boca' });
  t.deepEqual(await followed.until(2), [
    { data: { matchChanged: { seq: 1, home: { name: 'Ajax' } } } },
    { data: { matchChanged: { seq: 2, home: { name: 'Boca Juniors' } } } },
  ]);
});

test('asks for the joined data anew for each event, and in order', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using client = createLiveClient(http.url);
  const followed = client.follow(document);
  await feed.untilSubscribed(1);
  const count = 100;
  for (let seq = 0; seq < count; seq += 1) feed.publish({ id: 'm1', seq });
  const results = await followed.until(count);
  t.deepEqual(
    results.map(seqOf),
    Array.from({ length: count }, (_, seq) => seq),
  );
  t.is(http.server('teams').requests.length, count);
});

test('locates an error of the joined data and goes on', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using client = createLiveClient(http.url);
  const followed = client.follow(document);
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 1, homeTeam: 'nobody' });
  http.server('teams').behave('500');
  await followed.until(1);
  feed.publish({ id: 'm1', seq: 2 });
  await followed.until(2);
  http.server('teams').behave('ok');
  feed.publish({ id: 'm1', seq: 3 });
  const results = await followed.until(3);
  const names = results.map(({ data }) => data?.matchChanged);
  t.deepEqual(names, [
    { seq: 1, home: { name: null } },
    { seq: 2, home: { name: null } },
    { seq: 3, home: { name: 'Ajax' } },
  ]);
  for (const { errors } of results.slice(0, 2)) {
    t.deepEqual(errors?.[0]?.path?.slice(0, 2), ['matchChanged', 'home']);
    t.is(errors?.length, 1);
    t.is(errors?.[0]?.extensions?.code, 'DOWNSTREAM_SERVICE_ERROR');
  }
  t.is(results[2]?.errors, undefined);
});

test('passes on what the source says of an event that it could not make', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using client = createLiveClient(http.url);
  const nullable = client.follow('subscription { matchChanged(id: "m1") { id seq } }');
  const required = client.follow('subscription { goal { id seq } }');
  await feed.untilSubscribed(2);
  feed.publish({ id: 'm1' } as never);
  feed.publish({ id: 'm1', seq: 2 });
  const [broken, whole] = await nullable.until(2);
  t.deepEqual(broken?.data, { matchChanged: null });
  t.deepEqual(broken?.errors?.[0]?.path, ['matchChanged', 'seq']);
  t.deepEqual(whole, { data: { matchChanged: { id: 'm1', seq: 2 } } });
  const [bubbled, goal] = await required.until(2);
  t.is(bubbled?.data, null);
  t.deepEqual(bubbled?.errors?.[0]?.path, ['goal', 'seq']);
  t.deepEqual(goal, { data: { goal: { id: 'm1', seq: 2 } } });
});

test('gives fields the order, aliases and conditions that the client asked for', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using client = createLiveClient(http.url);
  const followed = client.follow({
    query: `subscription Watch($id: ID!, $withTeam: Boolean!) {
      news: matchChanged(id: $id) { at: seq kind: __typename home @include(if: $withTeam) { called: name } id }
    }`,
    operationName: 'Watch',
    variables: { id: 'm1', withTeam: false },
  });
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 1 });
  const [result] = await followed.until(1);
  t.is(JSON.stringify(result), '{"data":{"news":{"at":1,"kind":"Match","id":"m1"}}}');
  t.deepEqual(http.server('teams').requests, []);
});

test('opens one upstream and joins an event once for a thousand subscribers', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  const config = { subscriptions: { operationsPerSocketMax: 250, messagesPerSecondMax: 1_000 } };
  await using http = await startHttpGateway({ subgraphs, config });
  await using stack = new AsyncDisposableStack();
  const clients = [1, 2, 3, 4].map(() => stack.use(createLiveClient(http.url)));
  const followed = clients.flatMap((client) =>
    Array.from({ length: 250 }, () => client.follow(document)),
  );
  await eventually(() => http.gateway.liveCounts().subscriptions === 1_000);
  t.deepEqual(http.gateway.liveCounts(), { subscriptions: 1_000, channels: 1, upstreams: 1 });
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 1 });
  feed.publish({ id: 'm1', seq: 2 });
  for (const one of followed) t.deepEqual((await one.until(2)).map(seqOf), [1, 2]);
  t.is(http.server('matches').live.subscriptions.length, 1);
  t.is(http.server('teams').requests.length, 2);
  await stack.disposeAsync();
  await feed.untilSubscribed(0);
  t.deepEqual(http.gateway.liveCounts(), { subscriptions: 0, channels: 0, upstreams: 0 });
});

test('shares the upstream of selections that are the same to the source', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using client = createLiveClient(http.url);
  const queries = [
    'subscription Phone { matchChanged(id: "m1") { seq home { name } } }',
    'subscription Web { matchChanged(id: "m1") { seq home { name } } }',
    'subscription { matchChanged(id: "m1") { home { name } seq } }',
  ];
  const followed = queries.map((query) => client.follow(query));
  await eventually(() => http.gateway.liveCounts().subscriptions === 3);
  t.is(http.gateway.liveCounts().channels, 3);
  await feed.untilSubscribed(http.gateway.liveCounts().upstreams);
  for (let seq = 1; seq <= 3; seq += 1) feed.publish({ id: 'm1', seq, homeTeam: 'boca' });
  for (const one of followed) {
    const results = await one.until(3);
    t.deepEqual(results.map(seqOf), [1, 2, 3]);
    t.deepEqual(results[2]?.data?.matchChanged, { seq: 3, home: { name: 'Boca Juniors' } });
  }
  t.true(http.gateway.liveCounts().upstreams < 3);
});

test('keeps apart those whom the subgraph tells apart, and nobody else', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  const config = { headers: { forward: ['x-tenant'] } };
  await using http = await startHttpGateway({ subgraphs, config });
  await using stack = new AsyncDisposableStack();
  const follow = (params: Record<string, string>) =>
    stack.use(createLiveClient(http.url, { connectionParams: params })).follow(document);
  const people = [
    { 'x-tenant': 'a', authorization: 'Bearer one' },
    { 'X-Tenant': 'a', authorization: 'Bearer two' },
    { 'x-tenant': 'b', 'x-other': 'c' },
  ];
  const followed = people.map(follow);
  await eventually(() => http.gateway.liveCounts().subscriptions === 3);
  t.deepEqual(http.gateway.liveCounts(), { subscriptions: 3, channels: 2, upstreams: 2 });
  await feed.untilSubscribed(2);
  feed.publish({ id: 'm1', seq: 1 });
  for (const one of followed) await one.until(1);
  const { sockets } = http.server('matches').live;
  const seen = sockets.map(({ initPayload, upgradeHeaders }) => {
    t.is(upgradeHeaders['x-tenant'], initPayload?.['x-tenant'] as string);
    t.is(upgradeHeaders.authorization, undefined);
    return initPayload;
  });
  t.deepEqual(seen.toSorted(byTenant), [{ 'x-tenant': 'a' }, { 'x-tenant': 'b' }]);
  const { requests } = http.server('teams');
  t.deepEqual(requests.map(({ headers }) => headers['x-tenant']).toSorted(), ['a', 'b']);
});

test('runs queries and mutations over the same socket', async (t) => {
  const { subgraphs } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using client = createLiveClient(http.url);
  const query = client.follow({
    query:
      'query Q($id: ID!) { match(id: $id) { seq home { name } } } query Other { lastMatch { id } }',
    operationName: 'Q',
    variables: { id: 'm1' },
  });
  t.is(await query.ended, undefined);
  t.deepEqual(query.results, [{ data: { match: { seq: 0, home: { name: 'Ajax' } } } }]);
  const mutation = client.follow('mutation { nothing }');
  const [error] = (await mutation.ended) as readonly { extensions: { code: string } }[];
  t.is(error?.extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});

for (const [title, payload, code] of [
  ['is no GraphQL', { query: 'subscription {' }, 'GRAPHQL_PARSE_FAILED'],
  ['does not fit the schema', { query: 'subscription { x }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['has no query', { query: '' }, 'BAD_REQUEST'],
  [
    'lacks a variable',
    { query: 'subscription($i: ID!) { matchChanged(id: $i) { id } }' },
    'BAD_USER_INPUT',
  ],
  ['names no operation', { query: seqOnly, operationName: 'X' }, 'BAD_REQUEST'],
  [
    'has two root fields',
    { query: 'subscription { goal { id } a: goal { id } }' },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'skips its field',
    { query: 'subscription { goal @skip(if: true) { id } }' },
    'GRAPHQL_VALIDATION_FAILED',
  ],
] as const) {
  test(`refuses a subscription that ${title} with ${code}, and lets the socket live`, async (t) => {
    const { subgraphs } = createMatchGraph();
    await using http = await startHttpGateway({ subgraphs });
    await using client = createLiveClient(http.url);
    const refused = client.follow(payload);
    const [error] = (await refused.ended) as readonly { extensions: { code: string } }[];
    t.is(error?.extensions.code, code);
    const query = client.follow('{ lastMatch { id } }');
    t.deepEqual(await query.until(1), [{ data: { lastMatch: null } }]);
  });
}

test('ends the subscription when its source does', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using client = createLiveClient(http.url);
  const followed = client.follow(seqOnly);
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 1 });
  feed.complete();
  t.is(await followed.ended, undefined);
  t.is(followed.results.length, 1);
  t.is(http.gateway.liveCounts().subscriptions, 0);
});

test('passes on why the source refuses a subscription', async (t) => {
  const { subgraphs, refuseWith } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using client = createLiveClient(http.url);
  const refusalWith = async (code: string) => {
    refuseWith(code);
    const refused = client.follow(seqOnly);
    t.is(await refused.ended, undefined);
    t.deepEqual(refused.results[0]?.data, { matchChanged: null });
    const [error] = refused.results[0]?.errors ?? [];
    return [error?.extensions?.code, error?.message];
  };
  t.deepEqual(await refusalWith('FORBIDDEN'), ['FORBIDDEN', 'refused with FORBIDDEN']);
  const [code, message] = await refusalWith('OUT_OF_PAPER');
  t.is(code, 'DOWNSTREAM_SERVICE_ERROR');
  t.notRegex(String(message), /OUT_OF_PAPER/);
});

test('leaves the source when its last subscriber does, and tells what the end was like', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using client = createLiveClient(http.url);
  using first = client.follow({ query: `${seqOnly} # a`, extensions: { a: 1 } });
  using second = client.follow('subscription Second { matchChanged(id: "m1") { seq } }');
  await eventually(() => http.gateway.liveCounts().subscriptions === 2);
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 1 });
  await Promise.all([first.until(1), second.until(1)]);
  second[Symbol.dispose]();
  await eventually(() => http.gateway.liveCounts().subscriptions === 1);
  feed.publish({ id: 'm1', seq: 2 });
  await first.until(2);
  t.is(second.results.length, 1);
  await client[Symbol.asyncDispose]();
  await feed.untilSubscribed(0);
  const completed = http.logs.filter(({ message }) => message === 'operation completed');
  t.like(completed, [
    {
      'graphql.operation.name': 'Second',
      'graphql.operation.type': 'subscription',
      'graphql.subscription.events': 1,
      'error.codes': [],
    },
    { 'graphql.operation.type': 'subscription', 'graphql.subscription.events': 2 },
  ]);
  t.true(completed.every(({ duration_ms }) => Number(duration_ms) > 0));
});

test('gives up an operation that its client no longer waits for', async (t) => {
  const { subgraphs } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using socket = await openRawSocket(http.url);
  http.server('matches').behave('hang');
  const query = '{ lastMatch { id } }';
  socket.send({ id: '1', type: 'subscribe', payload: { query } });
  await eventually(() => http.server('matches').requests.length === 1);
  socket.send({ id: '1', type: 'complete' });
  await eventually(() => http.logText().includes('operation completed'));
  http.server('matches').behave('ok');
  socket.send({ id: '1', type: 'subscribe', payload: { query } });
  t.deepEqual(await socket.receive('next', '1'), {
    id: '1',
    type: 'next',
    payload: { data: { lastMatch: null } },
  });
  await socket.receive('complete', '1');
  t.deepEqual(
    socket.messages.map(({ type }) => type),
    ['connection_ack', 'next', 'complete'],
  );
});

function seqOf({ data }: ExecutionResult): unknown {
  return (data?.matchChanged as { seq: number } | null)?.seq;
}

function byTenant(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}
