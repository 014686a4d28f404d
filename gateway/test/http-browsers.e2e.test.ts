import { request as httpRequest } from 'node:http';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import test from 'ava';
import { products } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** As a browser sends it: `fetch` sets some of these headers by itself. */
function ask(url: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = httpRequest(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status = 0 } = response;
        resolve({ status, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const typename = '/graphql?query=%7B__typename%7D';
const page = 'https://shop.example';

const fetches: readonly [what: string, headers: Record<string, string>, status: number][] = [
  ['no browser', {}, 200],
  ['its own page', { 'sec-fetch-site': 'same-origin' }, 200],
  ['an address typed in', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }, 200],
  [
    'an image of another site',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    403,
  ],
  [
    'a script of the same site',
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
    403,
  ],
  ['a link on another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 403],
  ['a page that may', { 'sec-fetch-site': 'cross-site', origin: page }, 200],
  ['a page that may not', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
];

test('refuses queries by GET that pages of other origins make without CORS', async (t) => {
  const config = { cors: { origins: [page] } };
  await using http = await startHttpGateway({ subgraphs: [products], config });
  for (const [what, headers, status] of fetches) {
    const answer = await ask(http.url + typename, { accept: 'application/json', ...headers });
    t.is(answer.status, status === 403 ? 200 : status, `${what}, in application/json`);
    const accept = 'application/graphql-response+json';
    t.is((await ask(http.url + typename, { accept, ...headers })).status, status, what);
    t.is(answer.body.includes('FORBIDDEN'), status === 403, what);
  }
  const html = { accept: 'text/html', 'sec-fetch-site': 'cross-site' };
  t.is((await ask(`${http.url}/graphql`, html)).status, 302, 'a link to the explorer');
});

test('asks for a header that needs a preflight, if it is told to', async (t) => {
  const csrf = { requiredHeaders: ['Apollo-Require-Preflight', 'x-apollo-operation-name'] };
  await using http = await startHttpGateway({ subgraphs: [products], config: { csrf } });
  const accept = 'application/graphql-response+json';
  const statusOf = async (headers: Record<string, string>): Promise<number> =>
    (await ask(http.url + typename, { accept, ...headers })).status;
  t.is(await statusOf({}), 403);
  t.is(await statusOf({ 'content-type': 'text/plain' }), 403);
  t.is(await statusOf({ 'content-type': 'application/json' }), 200);
  t.is(await statusOf({ 'x-apollo-operation-name': 'Q' }), 200);
  t.is((await http.post({ query: '{ __typename }' }, { accept })).status, 200);
});

test('lets every page call the graph if all origins may, without cookies', async (t) => {
  const config = { cors: { origins: ['*'] } };
  await using http = await startHttpGateway({ subgraphs: [products], config });
  const { headers } = await ask(http.url + typename, { origin: 'https://any.example' });
  t.is(headers['access-control-allow-origin'], 'https://any.example');
  t.is(headers['access-control-allow-credentials'], undefined);
  t.regex(String(headers['access-control-expose-headers']), /ratelimit.*retry-after/);
});

test('adds configured headers to every answer', async (t) => {
  const headers = { 'Strict-Transport-Security': 'max-age=31536000', 'referrer-policy': 'origin' };
  const config = { http: { headers }, cors: { origins: [page], credentials: true } };
  await using http = await startHttpGateway({ subgraphs: [products], config });
  for (const path of [typename, '/live', '/nothing']) {
    const answer = await ask(http.url + path, { origin: page });
    t.is(answer.headers['strict-transport-security'], 'max-age=31536000', path);
    t.is(answer.headers['referrer-policy'], 'origin', path);
    t.is(answer.headers['access-control-allow-credentials'], 'true', path);
  }
});

const decoders = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
  none: (body: Buffer) => body,
} as const;

test('compresses answers as clients accept it, and leaves short ones as they are', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const text = 'abc '.repeat(1_000);
  const body = JSON.stringify({
    query: 'query($t: String!) { echo(text: $t) }',
    variables: { t: text },
  });
  for (const encoding of ['gzip', 'br', 'zstd', 'none'] as const) {
    const headers = { 'content-type': 'application/json', 'accept-encoding': encoding };
    const answer = await ask(`${http.url}/graphql`, headers, body);
    t.is(answer.headers['content-encoding'], encoding === 'none' ? undefined : encoding);
    t.is(Number(answer.headers['content-length']), answer.body.length);
    t.is(answer.body.length < 1_000, encoding !== 'none');
    t.is(answer.headers.vary, 'Accept, Accept-Encoding');
    const { data } = JSON.parse(decoders[encoding](answer.body).toString('utf8')) as {
      data: { echo: string };
    };
    t.is(data.echo, text);
  }
  const short = await ask(http.url + typename, { 'accept-encoding': 'gzip' });
  t.is(short.headers['content-encoding'], undefined);
});

test('compresses nothing if it is told not to', async (t) => {
  const config = { compression: { enabled: false } };
  await using http = await startHttpGateway({ subgraphs: [products], config });
  const query = `{ __schema { types { name description fields { name } } } }`;
  const headers = { 'content-type': 'application/json', 'accept-encoding': 'gzip' };
  const answer = await ask(`${http.url}/graphql`, headers, JSON.stringify({ query }));
  t.is(answer.headers['content-encoding'], undefined);
  t.true(answer.body.length > 1_024);
});
