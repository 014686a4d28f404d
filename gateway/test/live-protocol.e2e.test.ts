import test from 'ava';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import type { RawSocketOptions } from './live-kit/raw-socket.ts';
import { openRawSocket } from './live-kit/raw-socket.ts';

const document = 'subscription { matchChanged(id: "m1") { seq } }';
const subscribe = (id: unknown, query = document) => ({
  id,
  type: 'subscribe',
  payload: { query },
});
const init = { type: 'connection_init' };
const longId = 'x'.repeat(128);

interface Refusal {
  readonly title: string;
  readonly options?: RawSocketOptions;
  readonly say: readonly unknown[];
  readonly code: number;
  readonly reason?: string;
}

const invalid = 'Invalid message: ';
const refusals: readonly Refusal[] = [
  {
    title: 'no subprotocol',
    options: { subprotocols: [], isInitialised: false },
    say: [],
    code: 4406,
    reason: 'Subprotocol not acceptable',
  },
  {
    title: 'a second connection_init',
    say: [init],
    code: 4429,
    reason: 'Too many initialisation requests',
  },
  {
    title: 'two connection_init in one breath',
    options: { isInitialised: false },
    say: [init, init],
    code: 4429,
  },
  {
    title: 'subscribe before connection_ack',
    options: { isInitialised: false },
    say: [subscribe('1')],
    code: 4401,
    reason: 'Unauthorized',
  },
  {
    title: 'an id that is in use',
    say: [subscribe('1'), subscribe('1')],
    code: 4409,
    reason: 'Subscriber for 1 already exists',
  },
  {
    title: 'an id in use whose text is longer than a reason may be',
    say: [subscribe(longId), subscribe(longId)],
    code: 4409,
  },
  {
    title: 'an id in use of characters that are several bytes',
    say: [subscribe('☃'.repeat(100)), subscribe('☃'.repeat(100))],
    code: 4409,
  },
  { title: 'text that is not JSON', say: ['{'], code: 4400, reason: `${invalid}not a JSON object` },
  { title: 'a list', say: ['[]'], code: 4400 },
  { title: 'null', say: ['null'], code: 4400 },
  { title: 'a message of the server', say: [{ type: 'connection_ack' }], code: 4400 },
  { title: 'an unknown type', say: [{ type: 'start', id: '1' }], code: 4400 },
  { title: 'a type that is no string', say: [{ type: 7 }], code: 4400 },
  { title: 'a type that all objects have', say: [{ type: 'constructor' }], code: 4400 },
  { title: 'subscribe without an id', say: [subscribe(undefined)], code: 4400 },
  { title: 'an empty id', say: [subscribe('')], code: 4400 },
  { title: 'an id that is a number', say: [subscribe(1)], code: 4400 },
  { title: 'an id that is too long', say: [subscribe(`${longId}x`)], code: 4400 },
  { title: 'subscribe without a payload', say: [{ type: 'subscribe', id: '1' }], code: 4400 },
  { title: 'complete without an id', say: [{ type: 'complete' }], code: 4400 },
  { title: 'a ping whose payload is text', say: [{ type: 'ping', payload: 'x' }], code: 4400 },
  { title: 'a message that is too long', say: [' '.repeat(262_145)], code: 1009 },
];

for (const { title, options, say, code, reason } of refusals) {
  test(`closes with ${code} after ${title}`, async (t) => {
    const { subgraphs } = createMatchGraph();
    await using http = await startHttpGateway({ subgraphs });
    await using socket = await openRawSocket(http.url, options);
    for (const message of say) socket.send(message);
    const closed = await socket.closed;
    t.is(closed.code, code);
    if (reason !== undefined) t.is(closed.reason, reason);
  });
}

test('closes with 4400 after a binary message', async (t) => {
  const { subgraphs } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using socket = await openRawSocket(http.url);
  socket.ws.send(Buffer.from(JSON.stringify({ type: 'ping' })));
  t.is((await socket.closed).code, 4400);
});

test('closes with 4408 when connection_init does not come, whatever else does', async (t) => {
  const { subgraphs } = createMatchGraph();
  const config = { subscriptions: { connectionInitTimeoutMs: 300 } };
  await using http = await startHttpGateway({ subgraphs, config });
  await using socket = await openRawSocket(http.url, { isInitialised: false });
  const talking = setInterval(() => socket.send({ type: 'ping' }), 50);
  t.deepEqual(await socket.closed, { code: 4408, reason: 'Connection initialisation timeout' });
  clearInterval(talking);
});

test('answers a ping with its payload, before connection_ack too', async (t) => {
  const { subgraphs } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using socket = await openRawSocket(http.url, { isInitialised: false });
  socket.send({ type: 'ping', payload: { n: 1 } });
  t.deepEqual(await socket.receive('pong'), { type: 'pong', payload: { n: 1 } });
  socket.send({ type: 'pong' });
  socket.send({ type: 'connection_init', payload: null });
  await socket.receive('connection_ack');
  t.deepEqual(
    socket.messages.map(({ type }) => type),
    ['pong', 'connection_ack'],
  );
});

test('ignores complete for an operation that there is not', async (t) => {
  const { subgraphs } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using socket = await openRawSocket(http.url);
  socket.send({ type: 'complete', id: 'nobody' });
  socket.send(subscribe('1', '{ lastMatch { seq } }'));
  t.deepEqual(await socket.receive('next', '1'), {
    id: '1',
    type: 'next',
    payload: { data: { lastMatch: null } },
  });
  t.deepEqual(await socket.receive('complete', '1'), { id: '1', type: 'complete' });
});

test('gives events back under the very id that the client chose', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using socket = await openRawSocket(http.url);
  const ids = ['1', 'é☃😀', '"\\\u0000\n', longId, '__proto__'];
  for (const id of ids) socket.send(subscribe(id));
  await feed.untilSubscribed(1);
  socket.send({ type: 'ping' });
  await socket.receive('pong');
  feed.publish({ id: 'm1', seq: 7 });
  for (const id of ids) {
    const { payload } = await socket.receive('next', id);
    t.deepEqual(payload, { data: { matchChanged: { seq: 7 } } });
  }
});

test('writes events of every length that a frame header tells apart', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using socket = await openRawSocket(http.url);
  socket.send(subscribe('1', 'subscription { matchChanged(id: "m1") { id } }'));
  await feed.untilSubscribed(1);
  const lengths = [1, 60, 61, 62, 63, 200, 65_400, 65_470, 65_480, 65_490, 65_536, 300_000];
  for (const length of lengths) feed.publish({ id: 'x'.repeat(length), seq: 0 });
  socket.send(subscribe('2'));
  while (socket.messages.length <= lengths.length) await nextMessage(socket.ws);
  const texts = socket.messages.filter(({ type }) => type === 'next').map(({ payload }) => payload);
  t.deepEqual(
    texts,
    lengths.map((length) => ({ data: { matchChanged: { id: 'x'.repeat(length) } } })),
  );
});

test('refuses an upgrade elsewhere, and from pages of other origins', async (t) => {
  const { subgraphs } = createMatchGraph();
  const config = { cors: { origins: ['https://app.test'] } };
  await using http = await startHttpGateway({ subgraphs, config });
  const open = (options: RawSocketOptions) => openRawSocket(http.url, options);
  await t.throwsAsync(openRawSocket(`${http.url}/elsewhere`), { message: /404/ });
  await t.throwsAsync(open({ origin: 'https://evil.test' }), { message: /403/ });
  await t.throwsAsync(open({ origin: 'null' }), { message: /403/ });
  await (await open({ origin: 'https://app.test' }))[Symbol.asyncDispose]();
  await (await open({ origin: http.url }))[Symbol.asyncDispose]();
  t.pass();
});

function nextMessage(ws: { once(event: 'message', listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => {
    ws.once('message', resolve);
  });
}
