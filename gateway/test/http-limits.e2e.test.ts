import { connect } from 'node:net';
import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import { products } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

const tooComplex: readonly [
  what: string,
  limits: ConfigInput['limits'],
  query: string,
  at: object,
][] = [
  [
    'tokens',
    { tokensMax: 5 },
    '{ products { id name } }',
    { limit: 'tokensMax', value: 6, allowed: 5 },
  ],
  [
    'depth through fragments',
    { depthMax: 1 },
    'query Q { ...A } fragment A on Query { products { ...B } } fragment B on Product { id }',
    { limit: 'depthMax', value: 2, allowed: 1 },
  ],
  [
    'aliases, counted once per spread',
    { aliasesMax: 3 },
    '{ a: products { ...F } b: products { ...F } } fragment F on Product { x: id }',
    { limit: 'aliasesMax', value: 4, allowed: 3 },
  ],
  [
    'root fields',
    { rootFieldsMax: 2 },
    '{ products { id } ... on Query { echo(text: "a") secret } }',
    { limit: 'rootFieldsMax', value: 3, allowed: 2 },
  ],
  [
    'directives, on whatever they stand, counted once per spread',
    { directivesMax: 6 },
    'query ($a: Boolean! @x) @y { ...F @skip(if: $a) ...F @skip(if: $a) } ' +
      'fragment F on Query @z { products { id @include(if: $a) } }',
    { limit: 'directivesMax', value: 8, allowed: 6 },
  ],
];

for (const [what, limits, query, details] of tooComplex) {
  test(`refuses too many or too much: ${what}`, async (t) => {
    await using http = await startHttpGateway({ subgraphs: [products], config: { limits } });
    const response = await http.post({ query }, { accept: 'application/graphql-response+json' });
    t.is(response.status, 400);
    t.like(await response.json(), {
      errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX', ...details } }],
    });
    t.is(http.server('products').requests.length, 0);
  });
}

test('lets an operation at the limit pass', async (t) => {
  const config = { limits: { tokensMax: 9, depthMax: 2, aliasesMax: 1, rootFieldsMax: 1 } };
  await using http = await startHttpGateway({ subgraphs: [products], config });
  const response = await http.post({ query: '{ p: products { id name } }' });
  t.like(await response.json(), { data: { p: [{ id: 'p1' }, { id: 'p2' }] } });
});

test('measures fragments that spread each other a thousandfold without delay', async (t) => {
  const levels = Array.from(
    { length: 300 },
    (_, index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`,
  );
  const query = `{ ...F0 } ${levels.join(' ')} fragment F300 on Query { x: __typename }`;
  await using http = await startHttpGateway({ subgraphs: [products] });
  const startedMs = performance.now();
  const response = await http.post({ query });
  t.like(await response.json(), { errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }] });
  t.true(performance.now() - startedMs < 10_000);
});

test('refuses a document that takes too long to validate', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const response = await http.post({ query: `{ products { ${'id '.repeat(4_900)} } }` });
  t.like(await response.json(), { errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }] });
});

test('refuses fragments that spread themselves', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const query = '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }';
  const response = await http.post({ query });
  t.like(await response.json(), {
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});

test('closes the socket of a client that sends its headers too slowly', async (t) => {
  const config = { http: { headersTimeoutMs: 300, receiveTimeoutMs: 300 } };
  await using http = await startHttpGateway({ subgraphs: [products], config });
  t.regex(await trickle(http.port, 'POST /graphql HTTP/1.1\r\nhost: x\r\n'), /^HTTP\/1\.1 408 /);
});

test('closes the socket of a client that sends its body too slowly', async (t) => {
  const config = { http: { headersTimeoutMs: 300, receiveTimeoutMs: 300 } };
  await using http = await startHttpGateway({ subgraphs: [products], config });
  const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  t.regex(await trickle(http.port, `${head}content-length: 100\r\n\r\n{`), /^HTTP\/1\.1 408 /);
});

test('answers what is not HTTP with 400, and endless headers with 431', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  t.regex(await trickle(http.port, 'hello\r\n\r\n'), /^HTTP\/1\.1 400 /);
  const endless = `GET / HTTP/1.1\r\nx-long: ${'x'.repeat(20_000)}\r\n`;
  t.regex(await trickle(http.port, endless), /^HTTP\/1\.1 431 /);
});

/** Sends the beginning of a request and never the rest; resolves with what came before the end. */
async function trickle(port: number, beginning: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString();
  });
  socket.on('error', () => undefined);
  socket.write(beginning);
  await new Promise((resolve) => {
    socket.once('close', resolve);
  });
  return answer;
}

test('stays silent about its schema when introspection is off', async (t) => {
  const config = { introspection: { enabled: false } };
  await using http = await startHttpGateway({ subgraphs: [products], config });
  for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Product") { name } }']) {
    const response = await http.post({ query });
    t.like(await response.json(), {
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
  }
  const guess = await http.post({ query: '{ product(id: "p1") { nam } }' });
  t.notRegex(await guess.text(), /Did you mean/);
  const typename = await http.post({ query: '{ __typename }' });
  t.deepEqual(await typename.json(), { data: { __typename: 'Query' } });
});
