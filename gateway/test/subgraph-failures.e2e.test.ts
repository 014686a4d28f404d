import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import { products, reviews } from './http-kit/shop-subgraphs.ts';
import type { HttpGateway } from './http-kit/start-http-gateway.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import type { ServerBehaviour } from './kit/subgraph-server.ts';

const query = '{ product(id: "p1") { name reviews { body } } }';

/** The answer when reviews fails: the rest of the page, and one located error without insides. */
function partialAnswer(code: string, message: string) {
  return {
    errors: [{ message, path: ['product'], extensions: { code, requestId: 'r1' } }],
    data: { product: { name: 'Table', reviews: null } },
  };
}

const downstream = partialAnswer(
  'DOWNSTREAM_SERVICE_ERROR',
  'A service behind the graph did not answer as it should.',
);

async function ask(http: HttpGateway, headers: Readonly<Record<string, string>> = {}) {
  const response = await http.post({ query }, { 'x-request-id': 'r1', ...headers });
  return { status: response.status, body: (await response.json()) as unknown };
}

const failures: readonly [what: string, behaviour: ServerBehaviour, logged: RegExp][] = [
  ['answers HTML', 'html', /answered 200 with text\/html content type/],
  ['answers 500 with text', '500', /answered 500 with text\/plain content type/],
  ['answers broken JSON', 'broken-json', /answered 200 with broken JSON of 10 characters/],
  ['answers JSON that is not GraphQL', 'not-graphql', /JSON that is no GraphQL response/],
  ['closes mid-body', 'close-mid-body', /did not answer/],
];

for (const [what, behaviour, logged] of failures) {
  test(`gives the rest of the page when a subgraph ${what}`, async (t) => {
    await using http = await startHttpGateway({ subgraphs: [products, reviews] });
    http.server('reviews').behave(behaviour);
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      t.deepEqual(await ask(http, { accept }), { status: 200, body: downstream });
    }
    t.regex(http.logText(), logged);
    t.notRegex(http.logText(), /Welcome/);
  });
}

test('gives the rest of the page when a subgraph refuses connections', async (t) => {
  const config = { subgraphs: { reviews: { url: 'http://127.0.0.1:1/graphql' } } };
  await using http = await startHttpGateway({ subgraphs: [products, reviews], config });
  t.deepEqual(await ask(http), { status: 200, body: downstream });
  t.regex(http.logText(), /ECONNREFUSED/);
});

test('ends a call that exceeds the timeout of its subgraph, and closes its socket', async (t) => {
  const config = { subgraphs: { reviews: { timeoutMs: 100 } } };
  await using http = await startHttpGateway({ subgraphs: [products, reviews], config });
  http.server('reviews').behave('hang');
  const startedMs = performance.now();
  const timedOut = partialAnswer('GATEWAY_TIMEOUT', 'The answer took too long.');
  t.deepEqual(await ask(http), { status: 200, body: timedOut });
  t.true(performance.now() - startedMs < 10_000);
  t.regex(http.logText(), /Subgraph reviews did not answer within 100 ms/);
  await waitFor(async () => (await http.server('reviews').connectionCount()) === 0);
});

test('ends the whole operation with 504 when its own deadline passes', async (t) => {
  const config = { requestTimeoutMs: 100 };
  await using http = await startHttpGateway({ subgraphs: [products, reviews], config });
  http.server('reviews').behave('hang');
  const answer = await ask(http, { accept: 'application/graphql-response+json' });
  t.is(answer.status, 504);
  t.deepEqual(answer.body, {
    errors: [
      {
        message: 'The answer took too long.',
        extensions: { code: 'GATEWAY_TIMEOUT', requestId: 'r1' },
      },
    ],
  });
  await waitFor(async () => (await http.server('reviews').connectionCount()) === 0);
});

test('cuts off an endless body at responseBytesMax', async (t) => {
  const config = { subgraphDefaults: { responseBytesMax: 1_000_000 } };
  await using http = await startHttpGateway({ subgraphs: [products, reviews], config });
  http.server('reviews').behave('endless');
  t.deepEqual(await ask(http), { status: 200, body: downstream });
  t.regex(http.logText(), /answered more than 1000000 bytes/);
  await waitFor(async () => (await http.server('reviews').connectionCount()) === 0);
});

test('stops calling subgraphs when the client goes away', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products, reviews] });
  http.server('reviews').behave('hang');
  const client = new AbortController();
  const asked = fetch(`${http.url}/graphql?query=${encodeURIComponent(query)}`, {
    signal: client.signal,
  });
  await waitFor(async () => http.server('reviews').requests.length === 1);
  client.abort();
  await t.throwsAsync(asked, { name: 'AbortError' });
  await waitFor(async () => (await http.server('reviews').connectionCount()) === 0);
});

test('masks what a subgraph reports without a known code', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const response = await http.post({ query: '{ secret }' });
  const text = await response.text();
  t.notRegex(text, /ECONNREFUSED|internal|stack|5432/);
  t.like(JSON.parse(text), {
    data: { secret: null },
    errors: [{ path: ['secret'], extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } }],
  });
  t.regex(http.logText(), /db\.internal\.example/);
});

test('uses GraphQL errors that come with a status of 4xx or 5xx', async (t) => {
  for (const status of [400, 403, 500]) {
    const error = { message: 'Scope user:read is required', extensions: { code: 'FORBIDDEN' } };
    await using subgraph = await startAnswering(status, { errors: [error], data: null });
    const config: Partial<ConfigInput> = { subgraphs: { products: { url: subgraph.url } } };
    await using http = await startHttpGateway({ subgraphs: [products], config });
    const response = await http.post({ query: '{ secret }' });
    t.like(await response.json(), {
      data: { secret: null },
      errors: [{ message: 'Scope user:read is required', extensions: { code: 'FORBIDDEN' } }],
    });
  }
});

/** A server that gives every request the same JSON. */
async function startAnswering(status: number, body: unknown) {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/graphql-response+json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error('It did not happen within 5 s');
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
