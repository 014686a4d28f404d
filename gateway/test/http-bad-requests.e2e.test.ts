import { connect } from 'node:net';
import test from 'ava';
import type { GraphQLFormattedError } from 'graphql';
import { products } from './http-kit/shop-subgraphs.ts';
import type { HttpGateway } from './http-kit/start-http-gateway.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

const graphql = { accept: 'application/graphql-response+json' };

interface Refusal {
  readonly errors: readonly [GraphQLFormattedError, ...GraphQLFormattedError[]];
  readonly data?: unknown;
}

async function refusal(response: Response): Promise<Refusal & { status: number; code: unknown }> {
  const body = (await response.json()) as Refusal;
  return { ...body, status: response.status, code: body.errors[0].extensions?.code };
}

const malformedBodies: readonly [what: string, body: string, message: RegExp][] = [
  ['broken JSON', '{ "query": "{ __typename }', /not JSON/],
  ['an empty body', '', /not JSON|JSON object/],
  ['JSON text', '"{ __typename }"', /must be a JSON object/],
  ['null', 'null', /must be a JSON object/],
  ['a batch', '[{"query":"{ __typename }"}]', /Batches are not accepted/],
  ['no query', '{"variables":{}}', /query is missing/],
  ['a query that is a number', '{"query":1}', /query must be a string/],
  ['variables as text', '{"query":"{a}","variables":"{}"}', /variables must be a JSON object/],
  ['variables as list', '{"query":"{a}","variables":[]}', /variables must be a JSON object/],
  ['a numeric operationName', '{"query":"{a}","operationName":1}', /operationName must be a/],
  ['extensions as text', '{"query":"{a}","extensions":"x"}', /extensions must be a JSON object/],
];

for (const [what, body, message] of malformedBodies) {
  test(`refuses ${what} with 400 in both media types`, async (t) => {
    await using http = await startHttpGateway({ subgraphs: [products] });
    for (const headers of [graphql, { accept: 'application/json' }]) {
      const refused = await refusal(await http.post(body, headers));
      t.is(refused.status, 400);
      t.is(refused.code, 'BAD_REQUEST');
      t.regex(refused.errors[0].message, message);
      t.false('data' in refused);
    }
  });
}

test('refuses bytes that are not UTF-8', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${http.url}/graphql`, { method: 'POST', headers, body });
  t.is((await refusal(response)).code, 'BAD_REQUEST');
});

test('refuses every content type but JSON in UTF-8, uncompressed, with 415', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const body = '{"query":"{ __typename }"}';
  const wrong = [
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-type': 'application/graphql' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  ];
  for (const headers of wrong) {
    const refused = await refusal(await http.post(body, headers));
    t.is(refused.status, 415, JSON.stringify(headers));
    t.is(refused.code, 'UNSUPPORTED_MEDIA_TYPE');
  }
});

test('refuses wrong URL parameters with 400', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const searches = [
    '',
    'query=',
    'query={a}&query={b}',
    'query={a}&variables=[]',
    'query={a}&variables={',
    'query={a}&extensions=1',
  ];
  for (const search of searches) {
    const refused = await refusal(await fetch(`${http.url}/graphql?${search}`));
    t.is(refused.status, 400, search);
    t.is(refused.code, 'BAD_REQUEST');
  }
});

test('refuses a 10 MB body with 413, announced or not', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const refused = await sendLongBody(http, 'content-length: 10485760');
  t.regex(refused, /^HTTP\/1\.1 413 /);
  t.regex(refused, /PAYLOAD_TOO_LARGE/);
  const chunked = await sendLongBody(http, 'transfer-encoding: chunked');
  t.regex(chunked, /^HTTP\/1\.1 413 /);
});

/** Writes like a client that sends while it listens, and returns all that the server says. */
async function sendLongBody({ port }: HttpGateway, length: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString();
  });
  // The server closes while the body is under way.
  socket.on('error', () => undefined);
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${length}\r\n\r\n`,
  );
  const chunk = 'x'.repeat(65_536);
  const framed = length.startsWith('transfer') ? `10000\r\n${chunk}\r\n` : chunk;
  for (let sent = 0; sent < 160 && socket.writable; sent += 1) socket.write(framed);
  await new Promise((resolve) => {
    socket.once('close', resolve);
  });
  return answer;
}

test('reports every unknown field with its place, and 200 for application/json', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const query = '{ nothing product(id: "p1") { nor } }';
  const refused = await refusal(await http.post({ query }, graphql));
  t.is(refused.status, 400);
  t.deepEqual(
    refused.errors.map(({ extensions, locations }) => [extensions?.code, locations]),
    [
      ['GRAPHQL_VALIDATION_FAILED', [{ line: 1, column: 3 }]],
      ['GRAPHQL_VALIDATION_FAILED', [{ line: 1, column: 31 }]],
    ],
  );
  t.false('data' in refused);
  t.is((await http.post({ query }, { accept: 'application/json' })).status, 200);
  t.is(http.server('products').requests.length, 0);
});

test('reports where a document stops being GraphQL', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const refused = await refusal(await http.post({ query: '{ product(id: }' }, graphql));
  t.is(refused.status, 400);
  t.is(refused.code, 'GRAPHQL_PARSE_FAILED');
  t.deepEqual(refused.errors[0].locations, [{ line: 1, column: 15 }]);
});

test('refuses a variable of the wrong type before any subgraph is called', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const query = 'query Q($id: ID!) { product(id: $id) { name } }';
  for (const variables of [{ id: { deep: true } }, { id: null }, {}]) {
    const refused = await refusal(await http.post({ query, variables }, graphql));
    t.is(refused.status, 400);
    t.is(refused.code, 'BAD_USER_INPUT');
  }
  t.is(http.server('products').requests.length, 0);
});

test('refuses an operation name that the document does not have', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const body = { query: 'query A { __typename } query B { __typename }' };
  t.is((await refusal(await http.post({ ...body, operationName: 'C' }, graphql))).status, 400);
  t.is((await refusal(await http.post(body, graphql))).status, 400);
  const response = await http.post({ ...body, operationName: 'B' }, graphql);
  t.deepEqual(await response.json(), { data: { __typename: 'Query' } });
});

test('answers an unknown path with 404 and no hint of the server', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const response = await fetch(`${http.url}/../etc/passwd`);
  t.is(response.status, 404);
  t.notRegex(JSON.stringify([...response.headers]), /fastify|express|node/i);
});
