import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { type WebSocket, WebSocketServer } from 'ws';
import { createPlazaClient } from '../create-plaza-client.ts';
import { SeatChangedDocument } from '../generated/graphql.ts';
import type { LiveOptions, PlazaClientOptions } from '../plaza-client-options.ts';
import { toPlazaError } from '../plaza-error.ts';
import { createMemoryTokenStore } from '../session/token-store.ts';

interface ClientMessage {
  readonly id?: string;
  readonly type: string;
  readonly payload?: {
    readonly authorization?: string;
    readonly query?: string;
    readonly extensions?: Readonly<Record<string, unknown>>;
  };
}

type Subscribed = (socket: WebSocket, message: ClientMessage) => void;

/** A server that speaks graphql-transport-ws by hand, so that it can say what a gateway seldom does. */
async function before(
  t: ExecutionContext,
  subscribed: Subscribed,
  pings: Partial<LiveOptions> = {},
  options: Partial<PlazaClientOptions> = {},
) {
  const messages: ClientMessage[] = [];
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: () => 'graphql-transport-ws',
  });
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as ClientMessage;
      messages.push(message);
      const isRefused = message.payload?.authorization === 'Bearer refused';
      if (isRefused) socket.close(4403, 'Forbidden');
      else if (message.type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (message.type === 'subscribe') subscribed(socket, message);
    });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = createPlazaClient({
    url: `http://127.0.0.1:${port}/graphql`,
    tokens: createMemoryTokenStore(),
    clientName: 'live-test',
    clientVersion: '2',
    onSignedOut: () => undefined,
    live: { firstMs: 5, longestMs: 20, settleMs: 5, spreadMs: 0, ...pings },
    ...options,
  });
  t.teardown(() => {
    client.stop();
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return { ...client, messages, of: (type: string) => messages.filter((one) => one.type === type) };
}

const send = (socket: WebSocket, id: string | undefined, type: string, payload?: unknown) =>
  socket.send(JSON.stringify({ id, type, payload }));

const seat = (seatId: string) => ({
  data: {
    seatChanged: {
      __typename: 'SeatChange',
      scheduleId: 's',
      seatId,
      sectionId: 'x',
      state: 'FREE',
    },
  },
});

/** Collects what a page gets until the subscription ends. */
function follow({ apollo }: Awaited<ReturnType<typeof before>>, onGap?: () => void) {
  const seats: (string | undefined)[] = [];
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const subscription = apollo
    .subscribe({
      query: SeatChangedDocument,
      variables: { scheduleId: 's' },
      context: onGap === undefined ? {} : { onGap },
    })
    .subscribe({
      next: ({ data, error }) => {
        if (error === undefined) seats.push(data?.seatChanged.seatId);
        else resolve(error);
      },
      error: resolve,
      complete: () => resolve('complete'),
    });
  return { seats, ended: promise, subscription };
}

test('a gap calls the reader of the subscription, and is no event', async (t) => {
  const server = await before(t, (socket, { id }) => {
    send(socket, id, 'next', seat('1'));
    send(socket, id, 'next', { data: null, extensions: { gap: true } });
    send(socket, id, 'next', seat('2'));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  const { seats } = follow(server, resolve);
  await promise;
  t.deepEqual(seats, ['1', '2']);
  const [init] = server.of('connection_init');
  t.like(init?.payload, { 'graphql-client-name': 'live-test', 'graphql-client-version': '2' });
  const [asked] = server.of('subscribe');
  t.is(asked?.payload?.query, '');
  t.like(asked?.payload?.extensions, { gaps: true, persistedQuery: { version: 1 } });
});

test('a gateway that does not know the id gets the text', async (t) => {
  const server = await before(t, (socket, { id, payload }) => {
    const extensions = { code: 'PERSISTED_QUERY_NOT_FOUND' };
    if (payload?.query === '') send(socket, id, 'error', [{ message: 'no', extensions }]);
    else send(socket, id, 'complete');
  });
  t.is(await follow(server).ended, 'complete');
  const [, second] = server.of('subscribe');
  t.regex(second?.payload?.query ?? '', /^subscription SeatChanged/);
});

test('a refused subscription ends with the error of the closed list', async (t) => {
  const server = await before(t, (socket, { id }) =>
    send(socket, id, 'error', [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }]),
  );
  t.like(toPlazaError(await follow(server).ended), { code: 'UNAUTHENTICATED', remedy: 'signIn' });
});

test('a connection that is silent to a ping is made anew, and told as a gap', async (t) => {
  let subscriptions = 0;
  const pings = { pingIntervalMs: 30, pongTimeoutMs: 30 };
  const answer: Subscribed = (socket, { id }) => {
    subscriptions += 1;
    if (subscriptions > 1) send(socket, id, 'next', seat('after'));
  };
  const server = await before(t, answer, pings);
  const { promise, resolve } = Promise.withResolvers<void>();
  const { seats } = follow(server, resolve);
  await promise;
  t.true(server.of('ping').length >= 1);
  while (seats.length === 0) await delay(5);
  t.is(seats[0], 'after');
});

test('a token that the socket is closed for is renewed before the next connection', async (t) => {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const renewed = { __typename: 'RefreshSessionSuccess', accessToken: 'next', expiresAt };
  const refreshSession = { ...renewed, refreshToken: 'r2' };
  const session = { accessToken: 'refused', expiresAt, refreshToken: 'r1' };
  const server = await before(
    t,
    (socket, { id }) => send(socket, id, 'complete'),
    {},
    {
      tokens: createMemoryTokenStore(session),
      fetch: async () => Response.json({ data: { refreshSession } }),
    },
  );
  t.is(await follow(server).ended, 'complete');
  t.deepEqual(
    server.of('connection_init').map(({ payload }) => payload?.authorization),
    ['Bearer refused', 'Bearer next'],
  );
});
