import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { createConfig } from '../src/config.ts';
import { byteAttacks } from './attacks/bytes.ts';
import { bodyAttacks, planted } from './attacks/documents.ts';
import { tokenAttacks } from './attacks/tokens.ts';
import { products } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { createSigningKey, signToken, startTokenIssuer } from './identity-kit/token-issuer.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { openRawSocket } from './live-kit/raw-socket.ts';

/** Nothing that is refused may take longer, on a machine that has other things to do. */
const patienceMs = 5_000;

const orders = defineSubgraph({
  name: 'orders',
  typeDefs: 'type Query { price: Int mine: String @authenticated }',
  resolvers: { Query: { price: () => 5, mine: () => 'mine' } },
});

const key = await createSigningKey('k1');
const issuer = await startTokenIssuer('https://id.test', [key]);
const http = await startHttpGateway({
  subgraphs: [products, orders],
  config: {
    authentication: {
      issuers: [{ issuer: 'https://id.test', jwksUrl: issuer.jwksUrl, audience: ['graph'] }],
    },
    introspection: { enabled: false },
    limits: { batchMax: 5 },
    subscriptions: {
      messagesPerSecondMax: 50,
      socketsPerClientMax: 8,
      connectionInitTimeoutMs: 300,
    },
  },
});
test.after.always(async () => {
  await http[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const accept = { accept: 'application/graphql-response+json' };
const calls = (): number =>
  http.server('products').requests.length + http.server('orders').requests.length;

interface Refusal {
  readonly errors?: readonly { readonly message: string; readonly extensions: { code: string } }[];
  readonly data?: unknown;
}

async function quickly<Result>(what: Promise<Result>): Promise<Result> {
  const slow = sleep(patienceMs, undefined, { ref: false }).then(() => {
    throw new Error(`not answered within ${patienceMs} ms`);
  });
  return Promise.race([what, slow]);
}

// One after the other: what one attack does to the next is seen, and the time of each is its own.
for (const { what, body, code } of bodyAttacks) {
  test.serial(`document: ${what} is ${code}`, async (t) => {
    const before = calls();
    const response = await quickly(http.post(body, accept));
    const text = await response.text();
    const { errors = [], data } = JSON.parse(text) as Refusal;
    t.is(errors[0]?.extensions.code, code);
    t.is(data, undefined);
    t.true(response.status >= 400 && response.status < 500);
    t.is(calls(), before, 'no subgraph is asked');
    t.notRegex(text, /Did you mean|node_modules|\bat .*:\d+:\d+/);
  });
}

for (const { what, forge } of tokenAttacks) {
  test.serial(`token: ${what} is UNAUTHENTICATED`, async (t) => {
    const before = calls();
    const headers = { ...accept, authorization: await forge(key) };
    const response = await quickly(http.post({ query: '{ price }' }, headers));
    t.is(response.status, 401);
    const { errors = [] } = (await response.json()) as Refusal;
    t.is(errors[0]?.extensions.code, 'UNAUTHENTICATED');
    t.is(calls(), before, 'no subgraph is asked');
  });
}

/** What comes back on a connection until it ends, or falls silent. */
function answerTo(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(http.port, '127.0.0.1');
    let answer = '';
    socket.setTimeout(1_500, () => socket.destroy());
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    socket.end(bytes);
  });
}

for (const { what, bytes, answer, never } of byteAttacks) {
  test.serial(`bytes: ${what}`, async (t) => {
    const before = http.server('products').requests.length;
    const received = await quickly(answerTo(bytes));
    t.regex(received, answer);
    if (never !== undefined) t.notRegex(received, never);
    t.is(http.server('products').requests.length, before);
  });
}

const init = { type: 'connection_init' };
const subscribe = (id: string) => ({ id, type: 'subscribe', payload: { query: '{ price }' } });

const socketAttacks: readonly [what: string, say: readonly unknown[], code: number][] = [
  ['an operation before the greeting', [subscribe('1')], 4401],
  ['a greeting again and again', [init, init, init], 4429],
  ['text that is no message', ['\u0000\u0001'], 4400],
  ['a prototype for a message', ['{"__proto__":{"type":"connection_init"}}'], 4400],
  ['a flood of messages', [init, ...Array(200).fill({ type: 'ping' })], 4429],
  ['a message of two megabytes', [`"${'a'.repeat(2_000_000)}"`], 1009],
  ['silence', [], 4408],
];

for (const [what, say, code] of socketAttacks) {
  test.serial(`socket: ${what} is closed with ${code}`, async (t) => {
    await using socket = await openRawSocket(http.url, { isInitialised: false });
    for (const message of say) socket.send(message);
    t.is((await quickly(socket.closed)).code, code);
  });
}

test.serial('socket: a page of another origin gets none, nor one client too many', async (t) => {
  const refused = (options: object) =>
    openRawSocket(http.url, { isInitialised: false, ...options }).then(
      () => 'open',
      (error: Error) => error.message,
    );
  t.regex(await refused({ origin: 'https://evil.example' }), /403/);
  await using sockets = new AsyncDisposableStack();
  for (let count = 0; count < 8; count += 1) sockets.use(await openRawSocket(http.url));
  t.regex(await refused({}), /429/);
});

test.serial('socket: a forged token in the greeting is refused', async (t) => {
  await using socket = await openRawSocket(http.url, { isInitialised: false });
  const forge = tokenAttacks[0]?.forge(key);
  socket.send({ type: 'connection_init', payload: { authorization: await forge } });
  t.is((await quickly(socket.closed)).code, 4403);
});

const placesToReach: readonly [what: string, config: object][] = [
  [
    'keys of an issuer in a file',
    { authentication: { issuers: [issuerAt('file:///etc/passwd')] } },
  ],
  [
    'keys of an issuer by gopher',
    { authentication: { issuers: [issuerAt('gopher://127.0.0.1:6379/_')] } },
  ],
  ['a subgraph in a file', { subgraphs: { products: { url: 'file:///etc/passwd' } } }],
  ['a subgraph in data', { subgraphs: { products: { url: 'data:application/json,{}' } } }],
  [
    'keys of partners by ftp',
    { authentication: { apiKeys: { verifyUrl: 'ftp://127.0.0.1/', secret: 'x'.repeat(16) } } },
  ],
  ['a bus that is a file', { pubSub: { url: 'file:///tmp/bus' } }],
  ['a candidate that is a script', { shadow: { url: 'javascript:alert(1)' } }],
];

function issuerAt(jwksUrl: string) {
  return { issuer: 'https://id.test', jwksUrl, audience: ['graph'] };
}

for (const [what, config] of placesToReach) {
  test.serial(`configuration: ${what} is a start-up error`, (t) => {
    const error = t.throws(() => createConfig({ supergraph: 's.graphql', ...config }));
    t.regex(error?.message ?? '', /URL|url/);
  });
}

test.serial('after all of it the gateway serves as before, and has told nothing', async (t) => {
  const headers = { ...accept, authorization: `Bearer ${await signToken(key)}` };
  const response = await http.post({ query: '{ price mine products { name } }' }, headers);
  t.deepEqual(await response.json(), {
    data: { price: 5, mine: 'mine', products: [{ name: 'Table' }, { name: 'Chair' }] },
  });
  const log = http.logText();
  t.false(log.includes(planted), 'values of variables are not logged');
  t.notRegex(log, /eyJ[\w-]+\.eyJ|Basic YW/, 'tokens are not logged');
  const failures = http.logs.filter(({ level }) => level === 'error' || level === 'fatal');
  t.deepEqual(failures, []);
  t.is(({} as Record<string, unknown>).t, undefined, 'no prototype was changed');
  const cases = [bodyAttacks, tokenAttacks, byteAttacks, socketAttacks, placesToReach];
  t.true(cases.reduce((sum, list) => sum + list.length, 0) >= 60);
});
