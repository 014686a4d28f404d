import test from 'ava';
import { products, reviews } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

const query = 'query Page { product(id: "p1") { name reviews { body } } }';

test('sends no client header to a subgraph but the configured ones, the id and the trace', async (t) => {
  const config = { headers: { forward: ['Authorization'] } };
  await using http = await startHttpGateway({ subgraphs: [products, reviews], config });
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await http.post({ query }, { authorization: 'Bearer t', cookie: 'session=1', traceparent });
  for (const name of ['products', 'reviews']) {
    const { headers } = http.server(name).requests[0] ?? {};
    t.is(headers?.authorization, 'Bearer t');
    t.is(headers?.traceparent, traceparent);
    t.truthy(headers?.['x-request-id']);
    t.is(headers?.cookie, undefined);
  }
});

test('forwards nothing by default, and gives all calls of a request one trace', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products, reviews] });
  await http.post({ query }, { authorization: 'Bearer t', traceparent: 'nonsense' });
  const [first, second] = ['products', 'reviews'].map(
    (name) => http.server(name).requests[0]?.headers,
  );
  t.is(first?.authorization, undefined);
  t.regex(String(first?.traceparent), /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  t.is(first?.traceparent, second?.traceparent);
});

test('opens no more sockets to a subgraph than allowed, and keeps them', async (t) => {
  const config = { subgraphs: { products: { connectionsMax: 2 } } };
  await using http = await startHttpGateway({ subgraphs: [products], config });
  const ask = (text: string) =>
    http.post({ query: 'query E($text: String!) { echo(text: $text) }', variables: { text } });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(String(index))));
  const bodies = await Promise.all(answers.map((answer) => answer.json()));
  t.deepEqual(
    bodies,
    bodies.map((_, index) => ({ data: { echo: String(index) } })),
  );
  t.true((await http.server('products').connectionCount()) <= 2);
});

test('writes one line per operation: who, what, where the time went; never what was in it', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products, reviews] });
  await http.post(
    {
      query: 'query Page($id: ID!) { product(id: $id) { name reviews { body } } }',
      variables: { id: 'very-secret-variable' },
    },
    {
      'x-request-id': 'r7',
      authorization: 'Bearer very-secret-token',
      'graphql-client-name': 'shop-web',
      'graphql-client-version': '1.2.3',
    },
  );
  const lines = http.logs.filter((line) => line.message === 'operation completed');
  t.is(lines.length, 1);
  t.like(lines[0], {
    level: 'info',
    'http.request.id': 'r7',
    'graphql.client.name': 'shop-web',
    'graphql.client.version': '1.2.3',
    'graphql.operation.name': 'Page',
    'graphql.operation.type': 'query',
    'error.codes': [],
    'http.response.status_code': 200,
  });
  t.regex(String(lines[0]?.['graphql.operation.id']), /^[0-9a-f]{64}$/);
  const { subgraphs } = lines[0] as { subgraphs: Record<string, { calls: number }> };
  t.deepEqual(Object.keys(subgraphs), ['products', 'reviews']);
  t.is(subgraphs.products?.calls, 1);
  t.notRegex(http.logText(), /very-secret|product\(|Table/);
});

test('names the error codes in the line of a refused operation', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  await http.post({ query: '{ nothing nor }' }, { accept: 'application/graphql-response+json' });
  t.like(http.logs.at(-1), {
    message: 'operation completed',
    'error.codes': ['GRAPHQL_VALIDATION_FAILED'],
    'http.response.status_code': 400,
  });
});
