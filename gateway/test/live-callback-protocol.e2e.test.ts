import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { eventually } from './kit/eventually.ts';
import type { CallingSubgraphOptions } from './live-kit/calling-subgraph.ts';
import { startCallingSubgraph } from './live-kit/calling-subgraph.ts';
import { freePort } from './live-kit/free-port.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import { heartbeatIntervalMs, startCallbackGateway } from './live-kit/start-callback-gateway.ts';

const document = 'subscription { matchChanged(id: "m1") { seq } }';
const eventOf = (seq: number) => ({ data: { matchChanged: { seq } } });
const gap = { data: null, extensions: { gap: true } };

/** Follows a match whose subgraph tells what a test says. */
async function startCalled(options: CallingSubgraphOptions = {}, timeoutMs = 15_000) {
  const { subgraphs } = createMatchGraph();
  const subgraph = await startCallingSubgraph(options);
  const http = await startCallbackGateway({
    subgraphs,
    url: subgraph.url,
    config: { headers: { forward: ['x-tenant'] }, subgraphDefaults: { timeoutMs } },
  });
  const client = createLiveClient(http.url, { connectionParams: { 'x-tenant': 'a' } });
  return {
    subgraph,
    http,
    follow: () => client.follow({ query: document, extensions: { gaps: true } }),
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await http[Symbol.asyncDispose]();
      await subgraph[Symbol.asyncDispose]();
    },
  };
}

test('asks as the callback protocol says, each time with another id and verifier', async (t) => {
  await using live = await startCalled();
  live.follow();
  const { asked, headers } = await live.subgraph.subscribed();
  t.is(headers.accept, 'application/json;callbackSpec=1.0');
  t.is(headers['x-tenant'], 'a');
  t.regex(asked.query, /^subscription/);
  const { callbackUrl, subscriptionId, verifier, ...rest } = asked.extensions.subscription;
  t.deepEqual(rest, { heartbeatIntervalMs });
  t.is(callbackUrl, `${live.http.url}/told/${subscriptionId}`);
  t.regex(subscriptionId, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  t.regex(verifier, /^[\w-]{43}$/);
  const other = createLiveClient(live.http.url, { connectionParams: { 'x-tenant': 'b' } });
  other.follow(document);
  const second = (await live.subgraph.subscribed()).asked.extensions.subscription;
  t.not(second.subscriptionId, subscriptionId);
  t.not(second.verifier, verifier);
  await other[Symbol.asyncDispose]();
});

test('answers 204 to what it wants to know, and names the protocol', async (t) => {
  await using live = await startCalled();
  const followed = live.follow();
  const subscription = await live.subgraph.subscribed();
  for (const answer of [
    await subscription.call('check'),
    await subscription.call('next', { payload: eventOf(1) }),
    await subscription.call('complete'),
  ]) {
    t.is(answer.status, 204);
    t.is(answer.headers.get('subscription-protocol'), 'callback/1.0');
    t.is(await answer.text(), '');
  }
  t.is(await followed.ended, undefined);
  t.deepEqual(followed.results, [eventOf(1)]);
});

test('takes nothing from somebody who was not asked', async (t) => {
  await using live = await startCalled();
  const followed = live.follow();
  const subscription = await live.subgraph.subscribed();
  const { callbackUrl, verifier } = subscription.asked.extensions.subscription;
  const payload = eventOf(666);
  for (const wrong of ['', 'x', `${verifier}x`, verifier.slice(1), verifier.toUpperCase()]) {
    for (const action of ['check', 'next', 'complete']) {
      t.is((await subscription.call(action, { verifier: wrong, payload })).status, 404);
    }
  }
  t.is((await subscription.call('next', { id: 'another', payload })).status, 404);
  const elsewhere = await fetch(callbackUrl.replace(/[^/]+$/, 'nobody'), { method: 'POST' });
  t.is(elsewhere.status, 404);
  t.is(elsewhere.headers.get('subscription-protocol'), 'callback/1.0');
  t.is((await subscription.call('next', { payload: eventOf(1) })).status, 204);
  t.deepEqual(await followed.until(1), [eventOf(1)]);
});

test('refuses what is no callback, and goes on', async (t) => {
  await using live = await startCalled();
  const followed = live.follow();
  const subscription = await live.subgraph.subscribed();
  for (const body of ['{', '7', 'null', '[]', '{}']) {
    t.is((await subscription.callWith(body)).status, 400);
  }
  const wrongs = [{ kind: 'query' }, { id: 7 }, { verifier: 7 }, { verifier: undefined }];
  for (const wrong of wrongs) t.is((await subscription.call('check', wrong)).status, 400);
  for (const action of ['heartbeat', 'toString']) {
    t.is((await subscription.call(action)).status, 400);
  }
  t.is((await subscription.callWith('{}', { 'content-type': 'text/plain' })).status, 415);
  const long = { data: { matchChanged: { seq: 1, id: 'x'.repeat(10_000) } } };
  t.is((await subscription.call('next', { payload: long })).status, 413);
  await subscription.call('next', { payload: eventOf(1) });
  t.deepEqual(await followed.until(1), [eventOf(1)]);
});

test('makes an error of a callback that brings no event', async (t) => {
  await using live = await startCalled();
  const followed = live.follow();
  const subscription = await live.subgraph.subscribed();
  const hostile = [undefined, 7, null, [], {}, { data: 7 }, { errors: [7] }];
  for (const payload of hostile) {
    t.is((await subscription.call('next', { payload })).status, 204);
  }
  await subscription.call('next', { payload: eventOf(1) });
  const results = await followed.until(hostile.length + 1);
  for (const { data, errors } of results.slice(0, -1)) {
    t.deepEqual(data, { matchChanged: null });
    t.is(errors?.[0]?.extensions?.code, 'DOWNSTREAM_SERVICE_ERROR');
  }
  t.deepEqual(results.at(-1), eventOf(1));
});

test('takes nothing after the end', async (t) => {
  await using live = await startCalled();
  const followed = live.follow();
  const subscription = await live.subgraph.subscribed();
  await subscription.call('next', { payload: eventOf(1) });
  await subscription.call('complete', { errors: [] });
  for (const action of ['check', 'next', 'complete']) {
    t.is((await subscription.call(action, { payload: eventOf(2) })).status, 404);
  }
  t.is(await followed.ended, undefined);
  t.deepEqual(followed.results, [eventOf(1)]);
  const left = live.follow();
  const another = await live.subgraph.subscribed();
  left[Symbol.dispose]();
  await eventually(() => live.http.gateway.liveCounts().upstreams === 0);
  t.is((await another.call('next', { payload: eventOf(1) })).status, 404);
});

for (const [title, errors, code, message] of [
  [
    'an error of the closed list',
    [{ message: 'not yours', extensions: { code: 'FORBIDDEN' } }],
    'FORBIDDEN',
    'not yours',
  ],
  ['another error', [{ message: 'secret' }], 'DOWNSTREAM_SERVICE_ERROR', undefined],
  ['what is no error', 7, 'DOWNSTREAM_SERVICE_ERROR', undefined],
] as const) {
  test(`ends a subscription that is completed with ${title}`, async (t) => {
    await using live = await startCalled();
    const followed = live.follow();
    const subscription = await live.subgraph.subscribed();
    t.is((await subscription.call('complete', { errors })).status, 204);
    const [error] = (await followed.ended) as readonly Refusal[];
    t.is(error?.extensions.code, code);
    if (message === undefined) t.notRegex(error?.message ?? '', /secret/);
    else t.is(error?.message, message);
  });
}

const forbidden = { errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }] };
for (const [title, status, body, code] of [
  ['401', 401, undefined, 'UNAUTHENTICATED'],
  ['403', 403, undefined, 'FORBIDDEN'],
  ['400 and its errors', 400, forbidden, 'FORBIDDEN'],
  ['200 and errors', 200, forbidden, 'FORBIDDEN'],
  ['200 without a check', 200, { data: null }, 'DOWNSTREAM_SERVICE_ERROR'],
] as const) {
  test(`does not insist when a subgraph answers ${title}`, async (t) => {
    const isChecking = body !== undefined && !('data' in body);
    await using live = await startCalled({ isChecking, answer: () => ({ status, body }) });
    const [error] = (await live.follow().ended) as readonly Refusal[];
    t.is(error?.extensions.code, code);
    t.is(live.subgraph.askedCount(), 1);
  });
}

test('asks again when a subgraph fails to answer', async (t) => {
  const statuses = [500, 404, 503, 200];
  await using live = await startCalled({
    answer: (before) => ({ status: statuses[before] ?? 200 }),
  });
  const followed = live.follow();
  await eventually(() => live.subgraph.askedCount() === statuses.length);
  for (const _failed of statuses.slice(1)) {
    const subscription = await live.subgraph.subscribed();
    t.is((await subscription.call('next', { payload: eventOf(666) })).status, 404);
  }
  const subscription = await live.subgraph.subscribed();
  await subscription.call('next', { payload: eventOf(1) });
  t.deepEqual(await followed.until(1), [eventOf(1)]);
});

test('waits for a subgraph that is not there no longer than for an answer', async (t) => {
  await using live = await startCalled({}, 1_000);
  await live.subgraph[Symbol.asyncDispose]();
  const startMs = performance.now();
  const [error] = (await live.follow().ended) as readonly Refusal[];
  t.is(error?.extensions.code, 'DOWNSTREAM_SERVICE_ERROR');
  t.true(performance.now() - startMs > 900);
});

test('asks a subgraph again that has missed its heartbeats, and tells of the gap', async (t) => {
  await using live = await startCalled();
  const followed = live.follow();
  const before = await live.subgraph.subscribed();
  await before.call('next', { payload: eventOf(1) });
  await followed.until(1);
  live.subgraph.fallSilent();
  const after = await live.subgraph.subscribed();
  t.is((await before.call('next', { payload: eventOf(2) })).status, 404);
  t.is((await before.call('check')).status, 404);
  await after.call('next', { payload: eventOf(3) });
  t.deepEqual(await followed.until(3), [eventOf(1), gap, eventOf(3)]);
  await sleep(4 * heartbeatIntervalMs);
  t.is(live.subgraph.askedCount(), 2);
});

test('outlives the restart of a subgraph that calls back', async (t) => {
  const port = await freePort();
  await using live = await startCalled({ port });
  const followed = live.follow();
  const before = await live.subgraph.subscribed();
  await before.call('next', { payload: eventOf(1) });
  await followed.until(1);
  await live.subgraph[Symbol.asyncDispose]();
  await eventually(() => live.http.gateway.liveCounts().upstreams === 1);
  await sleep(4 * heartbeatIntervalMs);
  await using restarted = await startCallingSubgraph({ port });
  const after = await restarted.subscribed();
  await after.call('next', { payload: eventOf(2) });
  t.deepEqual(await followed.until(3), [eventOf(1), gap, eventOf(2)]);
});

interface Refusal {
  readonly message: string;
  readonly extensions: { readonly code: string };
}
