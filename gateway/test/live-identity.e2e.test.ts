import test from 'ava';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { createSigningKey, signToken, startTokenIssuer } from './identity-kit/token-issuer.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { EventFeed } from './kit/event-feed.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { openRawSocket } from './live-kit/raw-socket.ts';

const key = await createSigningKey('k1');
const issuerName = 'https://id.test';
const document = 'subscription { mail { seq } }';

interface Mail {
  readonly seq: number;
}

async function startMailGateway(options: { forward?: string[]; isNullified?: boolean } = {}) {
  await using stack = new AsyncDisposableStack();
  const feed = new EventFeed<Mail>();
  const mails = defineSubgraph({
    name: 'mails',
    typeDefs: `
      type Query { count: Int }
      type Subscription { mail: Mail @authenticated all: Mail @requiresScopes(scopes: [["mail:all"]]) }
      type Mail @key(fields: "seq") { seq: Int secret: String @requiresScopes(scopes: [["mail:all"]]) }`,
    resolvers: {
      Subscription: {
        mail: { subscribe: () => feed.subscribe(), resolve: (event) => event },
        all: { subscribe: () => feed.subscribe(), resolve: (event) => event },
      },
      Mail: { secret: () => 'secret' },
    },
  });
  const notes = defineSubgraph({
    name: 'notes',
    typeDefs: `type Mail @key(fields: "seq") { seq: Int note: String @requiresScopes(scopes: [["mail:all"]]) }`,
    resolvers: { Mail: { __resolveReference: ({ seq }) => ({ seq }), note: () => 'note' } },
  });
  const issuer = stack.use(await startTokenIssuer(issuerName, [key]));
  const http = stack.use(
    await startHttpGateway({
      subgraphs: [mails, notes],
      config: {
        authentication: {
          issuers: [
            {
              issuer: issuerName,
              jwksUrl: issuer.jwksUrl,
              audience: ['graph'],
              clockSkewMs: 0,
            },
          ],
        },
        authorization: { unauthorizedFields: options.isNullified ? 'nullify' : 'refuse' },
        headers: { forward: options.forward ?? [] },
      },
    }),
  );
  const open = stack.move();
  return { http, feed, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
/** Whole seconds, as tokens have them. */
const inSeconds = (seconds: number) => (Math.floor(Date.now() / 1_000) + seconds) * 1_000;

test('takes the token from connection_init or from the upgrade', async (t) => {
  await using mail = await startMailGateway();
  const token = await signToken(key);
  await using byInit = createLiveClient(mail.http.url, { connectionParams: bearer(token) });
  await using byNested = createLiveClient(mail.http.url, {
    connectionParams: { headers: { Authorization: `Bearer ${token}` } },
  });
  await using byUpgrade = await openRawSocket(mail.http.url, { headers: bearer(token) });
  const followed = [byInit.follow(document), byNested.follow(document)];
  byUpgrade.send({ id: '1', type: 'subscribe', payload: { query: document } });
  await eventually(() => mail.http.gateway.liveCounts().subscriptions === 3);
  mail.feed.publish({ seq: 1 });
  for (const one of followed) t.is((await one.until(1)).length, 1);
  t.deepEqual((await byUpgrade.receive('next', '1')).payload, { data: { mail: { seq: 1 } } });
  t.is(mail.http.gateway.liveCounts().channels, 1);
});

test('refuses a subscription to what its client may not see', async (t) => {
  await using mail = await startMailGateway();
  await using stranger = createLiveClient(mail.http.url);
  await using known = createLiveClient(mail.http.url, {
    connectionParams: bearer(await signToken(key)),
  });
  const codeOf = async (refused: { ended: Promise<unknown> }) =>
    ((await refused.ended) as readonly Refusal[])[0]?.extensions.code;
  t.is(await codeOf(stranger.follow(document)), 'UNAUTHENTICATED');
  t.is(await codeOf(known.follow('subscription { all { seq } }')), 'FORBIDDEN');
});

for (const [title, tokenOf] of [
  ['is forged', async () => signToken(await createSigningKey('k1'))],
  ['has expired', () => signToken(key, { expiresAt: inSeconds(-60) })],
  ['is none', async () => 'x'],
] as const) {
  test(`closes with 4403 when the token ${title}`, async (t) => {
    await using mail = await startMailGateway();
    await using socket = await openRawSocket(mail.http.url, { isInitialised: false });
    socket.send({ type: 'connection_init', payload: bearer(await tokenOf()) });
    t.deepEqual(await socket.closed, { code: 4403, reason: 'Forbidden' });
  });
}

test.serial('closes with 4403 at the end of the token', async (t) => {
  await using mail = await startMailGateway();
  const expiresAt = inSeconds(3);
  const initPayload = bearer(await signToken(key, { expiresAt }));
  await using socket = await openRawSocket(mail.http.url, { initPayload });
  socket.send({ id: '1', type: 'subscribe', payload: { query: document } });
  await mail.feed.untilSubscribed(1);
  t.deepEqual(await socket.closed, { code: 4403, reason: 'Token expired' });
  t.true(Date.now() >= expiresAt);
  t.true(Date.now() < expiresAt + 1_500);
  await mail.feed.untilSubscribed(0);
});

for (const forward of [[], ['authorization']]) {
  // Serial: a token of few seconds must not end while other tests have the processor.
  test.serial(
    `goes on with a token that is renewed in place, forwarded headers: ${forward.length}`,
    async (t) => {
      await using mail = await startMailGateway({ forward });
      const firstEnd = inSeconds(3);
      const initPayload = bearer(await signToken(key, { expiresAt: firstEnd }));
      await using socket = await openRawSocket(mail.http.url, { initPayload });
      socket.send({ id: '1', type: 'subscribe', payload: { query: document } });
      await mail.feed.untilSubscribed(1);
      mail.feed.publish({ seq: 1 });
      const secondEnd = inSeconds(600);
      const payload = bearer(await signToken(key, { expiresAt: secondEnd }));
      socket.send({ type: 'ping', payload });
      const pong = await socket.receive('pong');
      t.deepEqual(pong.payload, { isRenewed: true, expiresAt: secondEnd });
      let seq = 1;
      while (Date.now() < firstEnd + 500) {
        seq += 1;
        mail.feed.publish({ seq });
        await eventually(() => socket.messages.filter(({ id }) => id === '1').length === seq);
      }
      const seqs = socket.messages
        .filter(({ id }) => id === '1')
        .map(({ payload: event }) => event);
      t.deepEqual(
        seqs,
        Array.from({ length: seq }, (_, index) => ({ data: { mail: { seq: index + 1 } } })),
      );
      await mail.feed.untilSubscribed(1);
      const { sockets } = mail.http.server('mails').live;
      t.is(
        sockets.at(-1)?.upgradeHeaders.authorization,
        forward.length > 0 ? payload.authorization : undefined,
      );
      t.is(sockets.length, 1 + forward.length);
    },
  );
}

test('keeps its token when the new one does not hold, or is for somebody else', async (t) => {
  await using mail = await startMailGateway();
  const expiresAt = inSeconds(600);
  const initPayload = bearer(await signToken(key, { expiresAt }));
  for (const token of ['x', await signToken(key, { claims: { sub: 'eve' } })]) {
    await using socket = await openRawSocket(mail.http.url, { initPayload });
    socket.send({ type: 'ping', payload: bearer(token) });
    const { payload } = await socket.receive('pong');
    t.deepEqual(payload, { isRenewed: false, expiresAt });
    socket.send({ id: '1', type: 'subscribe', payload: { query: document } });
    await mail.feed.untilSubscribed(1);
  }
});

test('ends what the renewed token may no longer see', async (t) => {
  await using mail = await startMailGateway();
  const initPayload = bearer(await signToken(key, { claims: { scope: 'mail:all' } }));
  await using socket = await openRawSocket(mail.http.url, { initPayload });
  socket.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { all { seq } }' } });
  socket.send({ id: '2', type: 'subscribe', payload: { query: document } });
  await mail.feed.untilSubscribed(2);
  socket.send({ type: 'ping', payload: bearer(await signToken(key)) });
  const { payload } = await socket.receive('error', '1');
  t.is((payload as readonly Refusal[])[0]?.extensions.code, 'FORBIDDEN');
  mail.feed.publish({ seq: 1 });
  t.deepEqual((await socket.receive('next', '2')).payload, { data: { mail: { seq: 1 } } });
});

for (const [field, title] of [
  ['note', 'joined to the event'],
  ['secret', 'of the event itself'],
] as const) {
  test(`withholds a field ${title} once the renewed token may not see it`, async (t) => {
    await using mail = await startMailGateway({ isNullified: true });
    const initPayload = bearer(await signToken(key, { claims: { scope: 'mail:all' } }));
    await using socket = await openRawSocket(mail.http.url, { initPayload });
    const query = `subscription { mail { seq ${field} } }`;
    socket.send({ id: '1', type: 'subscribe', payload: { query } });
    await mail.feed.untilSubscribed(1);
    let seq = 0;
    const publishing = setInterval(() => {
      seq += 1;
      mail.feed.publish({ seq });
    }, 5);
    const events = () =>
      socket.messages
        .filter(({ id }) => id === '1')
        .map(({ payload }) => (payload as { data: { mail: Record<string, unknown> } }).data.mail);
    await eventually(() => events().length > 20);
    socket.send({ type: 'ping', payload: bearer(await signToken(key)) });
    await eventually(() => events().at(-1)?.[field] === null);
    const count = events().length;
    await eventually(() => events().length > count + 20);
    clearInterval(publishing);
    await eventually(() => events().at(-1)?.seq === seq);
    const kinds = events().map((event) => event[field]);
    const isWithheldFrom = kinds.indexOf(null);
    t.true(isWithheldFrom > 20);
    t.true(kinds.slice(isWithheldFrom).every((kind) => kind === null));
    if (field !== 'note') return;
    t.is(mail.http.server('mails').live.subscriptions.length, 1);
    t.deepEqual(
      events().map((event) => event.seq),
      Array.from({ length: seq }, (_, index) => index + 1),
    );
  });
}

test('forwards no header that connection_init may not carry', async (t) => {
  await using mail = await startMailGateway({ forward: ['x-tenant', 'authorization'] });
  const initPayload = {
    ...bearer(await signToken(key)),
    'x-tenant': 'a\r\nx-evil: 1',
    headers: { 'x-tenant': 7, 'x-other': 'b' },
  };
  await using socket = await openRawSocket(mail.http.url, { initPayload });
  socket.send({ id: '1', type: 'subscribe', payload: { query: document } });
  await mail.feed.untilSubscribed(1);
  const [received] = mail.http.server('mails').live.sockets;
  t.deepEqual(received?.initPayload, { authorization: initPayload.authorization });
});

interface Refusal {
  readonly extensions: { readonly code: string };
}
