import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { createSigningKey, signToken, startTokenIssuer } from './identity-kit/token-issuer.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import type { RawSocketOptions } from './live-kit/raw-socket.ts';
import { openRawSocket } from './live-kit/raw-socket.ts';
import { startGraph } from './live-kit/start-graph.ts';

const key = await createSigningKey('k1');
const issuerName = 'https://id.test';
const document = 'subscription { matchChanged(id: "m1") { seq } }';
/** More than a socket's buffers on loopback take, in events of this length. */
const eventBytes = 200_000;
const eventsThatBlock = 100;
const eventOf = (seq: number) => ({ data: { matchChanged: { seq } } });
const init = { type: 'connection_init' };
const start = (id: unknown, query = document, extensions = {}) => ({
  id,
  type: 'start',
  payload: { query, extensions },
});

function openLegacySocket(url: string, options: RawSocketOptions = {}) {
  return openRawSocket(url, { subprotocols: ['graphql-ws'], ...options });
}

async function startMatches(config: Partial<ConfigInput> = {}) {
  const graph = createMatchGraph();
  const http = await startHttpGateway({ subgraphs: graph.subgraphs, config });
  return { ...graph, http, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

test('says what subscriptions-transport-ws says, in this order', async (t) => {
  await using live = await startMatches();
  await using socket = await openLegacySocket(live.http.url, { isInitialised: false });
  t.is(socket.ws.protocol, 'graphql-ws');
  socket.send(init);
  socket.send(start('1'));
  socket.send(start('2', '{ match(id: "m1") { seq } }'));
  await socket.receive('complete', '2');
  await live.feed.untilSubscribed(1);
  live.feed.publish({ id: 'm1', seq: 1 });
  await socket.receive('data', '1');
  socket.send({ id: '1', type: 'stop' });
  await socket.receive('complete', '1');
  await live.feed.untilSubscribed(0);
  t.deepEqual(socket.messages, [
    { type: 'connection_ack' },
    { type: 'ka' },
    { id: '2', type: 'data', payload: { data: { match: { seq: 0 } } } },
    { id: '2', type: 'complete' },
    { id: '1', type: 'data', payload: eventOf(1) },
    { id: '1', type: 'complete' },
  ]);
});

test('speaks the newer protocol with a client that offers both', async (t) => {
  await using live = await startMatches();
  const subprotocols = ['graphql-ws', 'graphql-transport-ws'];
  await using socket = await openRawSocket(live.http.url, { subprotocols });
  t.is(socket.ws.protocol, 'graphql-transport-ws');
});

const refusals = [
  { title: 'a second connection_init', say: [init, init], code: 4429 },
  { title: 'start before connection_init', say: [start('1')], code: 4401 },
  { title: 'connection_terminate', say: [init, { type: 'connection_terminate' }], code: 1000 },
  { title: 'a message that is too long', say: [' '.repeat(262_145)], code: 1009 },
  { title: 'too many messages', say: new Array(201).fill({ id: '1', type: 'stop' }), code: 4429 },
];

for (const { title, say, code } of refusals) {
  test(`closes a legacy socket with ${code} after ${title}`, async (t) => {
    await using live = await startMatches();
    await using socket = await openLegacySocket(live.http.url, { isInitialised: false });
    for (const message of say) socket.send(message);
    t.is((await socket.closed).code, code);
  });
}

const invalid = 'Invalid message: ';
const badMessages: readonly (readonly [title: string, message: unknown, problem: RegExp])[] = [
  ['text that is not JSON', '{', /not a JSON object/],
  ['a list', '[]', /not a JSON object/],
  ['a message of the newer protocol', { ...start('1'), type: 'subscribe' }, /its type/],
  ['a message of the server', { type: 'ka' }, /its type/],
  ['start without an id', start(undefined), /id must be/],
  ['an id that is a number', start(1), /id must be/],
  ['start without a payload', { type: 'start', id: '1' }, /payload must be/],
  ['stop without an id', { type: 'stop' }, /id must be/],
  ['connection_init whose payload is text', { ...init, payload: 'x' }, /payload must be/],
];

for (const [title, message, problem] of badMessages) {
  test(`answers connection_error to ${title}, and goes on`, async (t) => {
    await using live = await startMatches();
    await using socket = await openLegacySocket(live.http.url);
    socket.send(message);
    const { payload } = await socket.receive('connection_error');
    const error = payload as { message: string; extensions: unknown };
    t.regex(error.message, problem);
    t.true(error.message.startsWith(invalid));
    t.deepEqual(error.extensions, { code: 'BAD_REQUEST' });
    socket.send(start('1', '{ lastMatch { seq } }'));
    await socket.receive('complete', '1');
  });
}

test('answers connection_error to a binary message', async (t) => {
  await using live = await startMatches();
  await using socket = await openLegacySocket(live.http.url);
  socket.ws.send(Buffer.from(JSON.stringify(start('1'))));
  await socket.receive('connection_error');
  t.is(live.http.gateway.liveCounts().subscriptions, 0);
});

test('closes a legacy socket with 4408 when connection_init does not come', async (t) => {
  await using live = await startMatches({ subscriptions: { connectionInitTimeoutMs: 300 } });
  await using socket = await openLegacySocket(live.http.url, { isInitialised: false });
  const talking = setInterval(() => socket.send('{'), 50);
  t.is((await socket.closed).code, 4408);
  clearInterval(talking);
});

test('puts an operation in the place of another with its id, without a word', async (t) => {
  await using live = await startMatches();
  await using socket = await openLegacySocket(live.http.url);
  socket.send(start('1', 'subscription { goal { seq } }'));
  await live.feed.untilSubscribed(1);
  socket.send(start('1'));
  await eventually(() => live.http.server('matches').live.subscriptions.length === 2);
  await live.feed.untilSubscribed(1);
  live.feed.publish({ id: 'm1', seq: 1 });
  const { payload } = await socket.receive('data', '1');
  t.deepEqual(payload, eventOf(1));
  t.deepEqual(
    socket.messages.map(({ type }) => type),
    ['connection_ack', 'ka', 'data'],
  );
});

test('ignores stop for an operation that there is not', async (t) => {
  await using live = await startMatches();
  await using socket = await openLegacySocket(live.http.url);
  socket.send({ id: 'nobody', type: 'stop' });
  socket.send(start('1', '{ lastMatch { seq } }'));
  await socket.receive('complete', '1');
  t.false(socket.messages.some(({ id }) => id === 'nobody'));
});

test('never runs an operation that is stopped before the acknowledgement', async (t) => {
  await using live = await startMatches();
  await using socket = await openLegacySocket(live.http.url, { isInitialised: false });
  for (const message of [init, start('1'), { id: '1', type: 'stop' }]) socket.send(message);
  await socket.receive('connection_ack');
  socket.send(start('2', '{ lastMatch { seq } }'));
  await socket.receive('complete', '2');
  t.is(live.http.server('matches').live.subscriptions.length, 0);
});

test('tells an error by its first one, with all beside it', async (t) => {
  await using live = await startMatches();
  await using socket = await openLegacySocket(live.http.url);
  socket.send(start('1', 'subscription { matchChanged(id: "m1") { no none } }'));
  const { payload } = await socket.receive('error', '1');
  const { message, errors } = payload as { message: string; errors: readonly object[] };
  t.is(message, 'Cannot query field "no" on type "Match".');
  t.is(errors.length, 2);
  socket.send(start('2', 'subscription { nothing }'));
  const alone = (await socket.receive('error', '2')).payload as { errors?: unknown };
  t.is(alone.errors, undefined);
});

test('refuses a further operation on a legacy socket with RATE_LIMITED', async (t) => {
  await using live = await startMatches({ subscriptions: { operationsPerSocketMax: 1 } });
  await using socket = await openLegacySocket(live.http.url, { isInitialised: false });
  for (const message of [init, start('1'), start('2')]) socket.send(message);
  const { payload } = await socket.receive('error', '2');
  t.like(payload, { extensions: { code: 'RATE_LIMITED' } });
  await live.feed.untilSubscribed(1);
  live.feed.publish({ id: 'm1', seq: 1 });
  await socket.receive('data', '1');
});

test('sends keep-alives again and again, to a client that hears nothing else', async (t) => {
  await using live = await startMatches({ subscriptions: { heartbeatIntervalMs: 250 } });
  await using socket = await openLegacySocket(live.http.url);
  await eventually(() => socket.messages.filter(({ type }) => type === 'ka').length >= 4);
  await using newer = await openRawSocket(live.http.url);
  await eventually(() => socket.messages.filter(({ type }) => type === 'ka').length >= 8);
  t.deepEqual(
    newer.messages.map(({ type }) => type),
    ['connection_ack'],
  );
});

for (const overflow of ['disconnect', 'dropNewest'] as const) {
  test(`paces a legacy client that does not read, overflow: ${overflow}`, async (t) => {
    const subscriptions = { overflow, heartbeatIntervalMs: 250 };
    await using live = await startMatches({ subscriptions });
    await using client = createLiveClient(live.http.url);
    await using slow = await openLegacySocket(live.http.url, { maxPayload: 1_000_000 });
    const query = 'subscription { matchChanged(id: "m1") { id seq } }';
    const reading = client.follow(query);
    slow.send(start('1', query, { gaps: true }));
    await eventually(() => live.http.gateway.liveCounts().subscriptions === 2);
    await live.feed.untilSubscribed(1);
    slow.ws.pause();
    for (let seq = 1; seq <= eventsThatBlock; seq += 1) {
      live.feed.publish({ id: 'x'.repeat(eventBytes), seq });
      await reading.until(seq);
    }
    if (overflow === 'disconnect') {
      await eventually(() => live.http.gateway.liveCounts().subscriptions === 1);
      slow.ws.resume();
      t.true([4413, 1006].includes((await slow.closed).code));
    } else {
      slow.ws.resume();
      const last = () => slow.messages.findLast(({ id }) => id === '1');
      await eventually(() => (last()?.payload as { data: unknown } | undefined)?.data === null);
      t.deepEqual(last()?.payload, { data: null, extensions: { gap: true } });
      t.true(slow.messages.filter(({ type }) => type === 'data').length < eventsThatBlock);
    }
  });
}

test('answers what is under way on a legacy socket before it closes it', async (t) => {
  await using graph = await startGraph();
  const gateway = await graph.serve();
  await using asking = await openLegacySocket(gateway.url);
  graph.matches.behave('hang');
  asking.send(start('1', '{ match(id: "m1") { seq } }'));
  await eventually(() => graph.matches.requests.length === 1);
  const stopped = gateway.stop();
  graph.matches.answerHanging();
  t.deepEqual((await asking.receive('data', '1')).payload, { data: { match: { seq: 0 } } });
  t.is((await asking.closed).code, 1001);
  await stopped;
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function startWithIssuer(forward: string[] = []) {
  const issuer = await startTokenIssuer(issuerName, [key]);
  const { jwksUrl } = issuer;
  const live = await startMatches({
    headers: { forward },
    authentication: {
      issuers: [{ issuer: issuerName, jwksUrl, audience: ['graph'], clockSkewMs: 0 }],
    },
  });
  return {
    ...live,
    issuer,
    [Symbol.asyncDispose]: async () => {
      await live[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

for (const [title, tokenOf] of [
  ['is forged', async () => signToken(await createSigningKey('k1'))],
  ['is none', async () => 'x'],
] as const) {
  test(`answers connection_error and closes with 4403 when the token ${title}`, async (t) => {
    await using live = await startWithIssuer();
    const options = { isInitialised: false };
    await using socket = await openLegacySocket(live.http.url, options);
    socket.send({ ...init, payload: bearer(await tokenOf()) });
    socket.send(start('1'));
    t.deepEqual(await socket.closed, { code: 4403, reason: 'Forbidden' });
    t.is(socket.messages.length, 1);
    t.like(socket.messages[0], {
      type: 'connection_error',
      payload: { extensions: { code: 'UNAUTHENTICATED' } },
    });
    t.is(live.http.gateway.liveCounts().subscriptions, 0);
  });
}

test('runs what comes before the acknowledgement as whom connection_init says', async (t) => {
  await using live = await startWithIssuer(['authorization']);
  await using socket = await openLegacySocket(live.http.url, { isInitialised: false });
  const payload = bearer(await signToken(key));
  socket.send({ ...init, payload });
  socket.send(start('1'));
  await live.feed.untilSubscribed(1);
  const [received] = live.http.server('matches').live.sockets;
  t.is(received?.upgradeHeaders.authorization, payload.authorization);
});

test.serial('closes a legacy socket with 4403 at the end of its token', async (t) => {
  await using live = await startWithIssuer();
  const expiresAt = (Math.floor(Date.now() / 1_000) + 3) * 1_000;
  const token = bearer(await signToken(key, { expiresAt }));
  await using byUpgrade = await openLegacySocket(live.http.url, { headers: token });
  await using byInit = await openLegacySocket(live.http.url, { initPayload: token });
  for (const socket of [byUpgrade, byInit]) socket.send(start('1'));
  await eventually(() => live.http.gateway.liveCounts().subscriptions === 2);
  for (const socket of [byUpgrade, byInit]) {
    t.deepEqual(await socket.closed, { code: 4403, reason: 'Token expired' });
  }
  t.true(Date.now() >= expiresAt);
  await live.feed.untilSubscribed(0);
});
