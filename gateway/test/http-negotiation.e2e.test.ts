import test from 'ava';
import { negotiateMediaType } from '../src/http/negotiate-media-type.ts';
import { products } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

const json = 'application/json';
const graphql = 'application/graphql-response+json';

const choices: readonly [accept: string | undefined, chosen: string | undefined][] = [
  [undefined, json],
  ['', json],
  ['*/*', json],
  ['application/*', json],
  [json, json],
  [graphql, graphql],
  [`${graphql}, ${json};q=0.9`, graphql],
  [`${json}, ${graphql}`, graphql],
  [`${graphql};q=0.2, ${json};q=0.8`, json],
  [`${graphql};q=0, */*;q=0.1`, json],
  [`${json};q=0, */*`, graphql],
  ['Application/JSON; Charset=UTF-8', json],
  ['text/html, application/xhtml+xml, */*;q=0.8', json],
  ['text/html', undefined],
  [`${json};q=0`, undefined],
  [`${json};q=nonsense`, undefined],
  ['image/*, ;;,,', undefined],
];

for (const [accept, chosen] of choices) {
  test(`answers Accept: ${accept ?? '(none)'} with ${chosen ?? '406'}`, (t) => {
    t.is(negotiateMediaType(accept), chosen as ReturnType<typeof negotiateMediaType>);
  });
}

test('refuses a client that accepts no media type of GraphQL with 406', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const response = await http.post({ query: '{ __typename }' }, { accept: 'text/csv' });
  t.is(response.status, 406);
  t.like(await response.json(), { errors: [{ extensions: { code: 'NOT_ACCEPTABLE' } }] });
});

test('runs queries by GET, with variables, and answers HEAD without a body', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const url = new URL(`${http.url}/graphql`);
  url.searchParams.set('query', 'query Name($id: ID!) { product(id: $id) { name } }');
  url.searchParams.set('variables', '{"id":"p1"}');
  url.searchParams.set('operationName', 'Name');
  const response = await fetch(url);
  t.deepEqual(await response.json(), { data: { product: { name: 'Table' } } });
  const head = await fetch(url, { method: 'HEAD' });
  t.is(head.status, 200);
  t.is(await head.text(), '');
});

test('never runs a mutation by GET or HEAD', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const query = encodeURIComponent('mutation { addProduct(name: "Sofa") { id } }');
  for (const method of ['GET', 'HEAD']) {
    const response = await fetch(`${http.url}/graphql?query=${query}`, { method });
    t.is(response.status, 405);
    t.is(response.headers.get('allow'), 'POST');
  }
  t.is(http.server('products').requests.length, 0);
  const posted = await http.post({ query: 'mutation { addProduct(name: "Sofa") { id name } }' });
  t.deepEqual(await posted.json(), { data: { addProduct: { id: 'p3', name: 'Sofa' } } });
});

test('tells which methods there are', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const response = await fetch(`${http.url}/graphql`, { method });
    t.is(response.status, 405);
    t.is(response.headers.get('allow'), 'GET, HEAD, POST, OPTIONS');
    t.like(await response.json(), { errors: [{ extensions: { code: 'METHOD_NOT_ALLOWED' } }] });
  }
  const options = await fetch(`${http.url}/graphql`, { method: 'OPTIONS' });
  t.is(options.status, 204);
  t.is(options.headers.get('allow'), 'GET, HEAD, POST, OPTIONS');
  t.is(options.headers.get('access-control-allow-origin'), null);
});

test('echoes a sound request id, replaces an unsound one, and sends it to subgraphs', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const body = { query: '{ product(id: "p1") { name } }' };
  const given = await http.post(body, { 'x-request-id': 'order-42.a:b_c' });
  t.is(given.headers.get('x-request-id'), 'order-42.a:b_c');
  t.is(http.server('products').requests[0]?.headers['x-request-id'], 'order-42.a:b_c');
  for (const unsound of ['a b', 'x'.repeat(129), '<script>']) {
    const response = await http.post(body, { 'x-request-id': unsound });
    t.regex(response.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  }
});

test('sends security headers and forbids caching with every answer', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  for (const path of ['/graphql?query={__typename}', '/live', '/nothing-here']) {
    const { headers } = await fetch(`${http.url}${path}`);
    t.is(headers.get('x-content-type-options'), 'nosniff');
    t.is(headers.get('cache-control'), 'no-store');
    t.truthy(headers.get('x-request-id'));
    t.is(headers.get('access-control-allow-origin'), null);
  }
});

test('lets only the configured origins call, preflight included', async (t) => {
  const config = { cors: { origins: ['https://shop.example'] } };
  await using http = await startHttpGateway({ subgraphs: [products], config });
  const preflight = (origin: string) =>
    fetch(`${http.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,authorization',
      },
    });
  const allowed = await preflight('https://shop.example');
  t.is(allowed.headers.get('access-control-allow-origin'), 'https://shop.example');
  t.is(allowed.headers.get('access-control-allow-headers'), 'content-type,authorization');
  const refused = await preflight('https://evil.example');
  t.is(refused.headers.get('access-control-allow-origin'), null);
});

test('serves many requests on one connection', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const sockets = new Set<unknown>();
  const { Agent, request } = await import('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let count = 0; count < 3; count += 1) {
    await new Promise<void>((resolve, reject) => {
      const outgoing = request(`${http.url}/graphql?query={__typename}`, { agent }, (response) => {
        sockets.add(response.socket);
        response.resume().once('end', resolve);
      });
      outgoing.once('error', reject).end();
    });
  }
  agent.destroy();
  t.is(sockets.size, 1);
});
