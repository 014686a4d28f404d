import { connect } from 'node:net';
import test from 'ava';
import { fastify } from 'fastify';
import { negotiateIncrementalFormat } from '../src/http/negotiate-media-type.ts';
import { sendMultipart } from '../src/http/send-multipart.ts';
import { readAllParts, readMultipart } from './defer-kit/read-multipart.ts';
import { createShop } from './defer-kit/shop.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

const defer = 'multipart/mixed;deferSpec=20220824';
const incremental = 'multipart/mixed;incrementalSpec=v0.2';
const graphql = 'application/graphql-response+json';
/** What Apollo Client 4 sends. */
const apollo = `${defer},${graphql},application/json;q=0.9`;
const query = '{ product(id: "p1") { name ... @defer { reviews { body } } } }';

const choices: readonly [accept: string | undefined, format: string | undefined][] = [
  [undefined, undefined],
  ['*/*', undefined],
  ['application/json', undefined],
  ['multipart/mixed', undefined],
  ['application/json, multipart/mixed', undefined],
  ['multipart/mixed;deferSpec=20991231, application/json', undefined],
  [apollo, 'deferSpec=20220824'],
  [`${incremental},${graphql},application/json;q=0.9`, 'incrementalSpec=v0.2'],
  ['Multipart/Mixed; DeferSpec=20220824, application/json', 'deferSpec=20220824'],
  [`${defer};q=0.5, ${incremental};q=0.4`, 'deferSpec=20220824'],
  [`${defer};q=0.4, ${incremental};q=0.5`, 'incrementalSpec=v0.2'],
  [`${defer};q=0.5, application/json`, undefined],
  [`${defer};q=0, application/json;q=0.1`, undefined],
];

for (const [accept, format] of choices) {
  test(`answers Accept: ${accept ?? '(none)'} in ${format ?? 'one piece'}`, (t) => {
    t.is(
      negotiateIncrementalFormat(accept),
      format as ReturnType<typeof negotiateIncrementalFormat>,
    );
  });
}

function startShop(config: Parameters<typeof startHttpGateway>[0]['config'] = {}) {
  const { gates, subgraphs } = createShop();
  return startHttpGateway({ subgraphs, config }).then((http) => ({
    gates,
    http,
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  }));
}

test('sends each part when it is there, in the form of RFC 2046', async (t) => {
  await using shop = await startShop();
  shop.gates.close('reviews');
  const response = await shop.http.post({ query }, { accept: apollo });
  t.is(response.status, 200);
  const type = response.headers.get('content-type');
  t.is(type, 'multipart/mixed; boundary="graphql"; deferSpec=20220824');
  t.is(response.headers.get('vary'), 'Accept');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const head = '\r\ncontent-type: application/json; charset=utf-8\r\n\r\n';
  const first = `\r\n--graphql${head}{"data":{"product":{"name":"Table"}},"hasNext":true}\r\n--graphql`;
  t.is((await reader?.read())?.value, first);
  shop.gates.open('reviews');
  let rest = '';
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    rest += read.value;
  }
  const data = '{"reviews":[{"body":"Good p1"},{"body":"Bad p1"}]}';
  const part = `{"incremental":[{"path":["product"],"data":${data}}],"hasNext":false}`;
  t.is(rest, `${head}${part}\r\n--graphql--\r\n`);
});

test('answers by GET in parts too, HEAD without a body, and others in one piece', async (t) => {
  await using shop = await startShop();
  const url = `${shop.http.url}/graphql?query=${encodeURIComponent(query)}`;
  const got = await fetch(url, { headers: { accept: apollo } });
  t.is((await readAllParts(got)).length, 2);
  const head = await fetch(url, { method: 'HEAD', headers: { accept: apollo } });
  t.is(head.headers.get('content-type'), 'application/graphql-response+json; charset=utf-8');
  t.is(await head.text(), '');
  const whole = await shop.http.post({ query }, { accept: 'application/json' });
  t.like(await whole.json(), {
    data: { product: { name: 'Table', reviews: [{ body: 'Good p1' }] } },
  });
});

test('answers what has no deferred part, and what is refused, in one piece', async (t) => {
  await using shop = await startShop();
  const plain = await shop.http.post({ query: '{ count }' }, { accept: apollo });
  t.is(plain.headers.get('content-type'), `${graphql}; charset=utf-8`);
  t.deepEqual(await plain.json(), { data: { count: 2 } });
  const bad = await shop.http.post({ query: '{ ... @defer { nothing } }' }, { accept: apollo });
  t.is(bad.status, 400);
  t.like(await bad.json(), { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
});

test('tells of the operation in the log once, at its end, with the errors of all parts', async (t) => {
  await using shop = await startShop();
  shop.gates.close('reviews');
  const failing = '{ products { name ... @defer { reviews { body } } ... @defer { secret } } }';
  const response = await shop.http.post({ query: failing }, { accept: apollo });
  const payloads = readMultipart(response.body ?? new ReadableStream());
  await payloads.next();
  t.deepEqual(completedLines(shop), []);
  shop.gates.open('reviews');
  for await (const _ of payloads);
  const [line, ...others] = completedLines(shop);
  t.like(line, { 'http.response.status_code': 200 });
  t.deepEqual(Object.values(line ?? {}).find(Array.isArray), ['DOWNSTREAM_SERVICE_ERROR']);
  t.deepEqual(others, []);
});

test('ends the rest of the plan and its calls when the client goes away between two parts', async (t) => {
  await using shop = await startShop();
  shop.http.server('reviews').behave('hang');
  const client = new AbortController();
  const response = await fetch(`${shop.http.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { accept: apollo },
    signal: client.signal,
  });
  const payloads = readMultipart(response.body ?? new ReadableStream());
  await payloads.next();
  const reviews = shop.http.server('reviews');
  await waitFor(async () => reviews.requests.length === 1);
  client.abort();
  await t.throwsAsync(payloads.next(), { name: 'AbortError' });
  await waitFor(async () => (await reviews.connectionCount()) === 0);
  await waitFor(async () => completedLines(shop).length > 0);
  t.is(completedLines(shop).length, 1);
});

test('makes no part before the client has read the ones before it', async (t) => {
  const parts = 64;
  let made = 0;
  const server = fastify();
  const closed = Promise.withResolvers<void>();
  server.get('/', (_request, reply) => {
    const first = Buffer.alloc(1024 * 1024, 'x');
    async function* rest() {
      for (; made < parts; made += 1) yield first;
    }
    const format = 'deferSpec=20220824';
    return sendMultipart(reply, { first, rest: rest(), format }, () => closed.resolve());
  });
  t.teardown(() => server.close());
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(port), '127.0.0.1');
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n');
  await waitFor(async () => made > 0);
  for (let seen = -1; seen !== made; await turns(2_000)) seen = made;
  t.true(made < parts / 2, `${made} parts were made for a client that reads nothing`);
  socket.resume();
  await closed.promise;
  t.is(made, parts);
});

function completedLines({ http }: { http: Awaited<ReturnType<typeof startHttpGateway>> }) {
  return http.logs.filter(({ message }) => message === 'operation completed');
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error('It did not happen within 10 s');
    await new Promise(setImmediate);
  }
}
