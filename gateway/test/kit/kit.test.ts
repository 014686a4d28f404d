import test from 'ava';
import type { SubgraphRequest } from '../../src/subgraph-fetch/subgraph-request.ts';
import { composeFixture } from './compose-fixture.ts';
import { defineSubgraph } from './define-subgraph.ts';
import { createLocalSubgraphFetch } from './local-subgraph-fetch.ts';
import type { ServerBehaviour } from './subgraph-server.ts';
import { startSubgraphServer } from './subgraph-server.ts';
import { createTestGateway } from './test-gateway.ts';

const products = defineSubgraph({
  name: 'products',
  typeDefs: 'type Query { product(id: ID!): Product } type Product @key(fields: "id") { id: ID! }',
  resolvers: { Query: { product: (_, { id }) => ({ id }) } },
});

function request(operation: string, signal = new AbortController().signal): SubgraphRequest {
  const context = { requestId: '1', headers: {}, signal };
  const body = JSON.stringify({ query: operation });
  return { subgraph: 'products', operation, operationKind: 'query', body, context };
}

test('composes fixture subgraphs, and says why it cannot', (t) => {
  t.regex(composeFixture([products]), /type Product/);
  const other = defineSubgraph({ name: 'other', typeDefs: 'type Query { product(id: ID!): Int }' });
  t.throws(() => composeFixture([products, other]), {
    message: /do not compose:\n.*Query.product/,
  });
});

test('executes a call in process and records it', async (t) => {
  const local = createLocalSubgraphFetch([products]);
  const response = await local.fetch(request('{ product(id: "1") { id } }'));
  t.deepEqual(response, { data: { product: { id: '1' } } });
  t.deepEqual(
    local.callsTo('products').map((call) => call.operation),
    ['{ product(id: "1") { id } }'],
  );
});

test('answers an operation that the subgraph schema does not know with errors', async (t) => {
  const response = await createLocalSubgraphFetch([products]).fetch(request('{ nothing }'));
  t.is(response.data, undefined);
  t.regex(response.errors?.[0]?.message ?? '', /Cannot query field "nothing"/);
});

test('a local subgraph rejects, answers errors or hangs when told to', async (t) => {
  const local = createLocalSubgraphFetch([products]);
  local.behave('products', { kind: 'reject' });
  await t.throwsAsync(local.fetch(request('{ __typename }')), {
    message: 'Subgraph products did not answer',
  });
  local.behave('products', { kind: 'errors', errors: [{ message: 'no' }] });
  t.deepEqual(await local.fetch(request('{ __typename }')), { errors: [{ message: 'no' }] });
  local.behave('products', { kind: 'hang' });
  const client = new AbortController();
  const hanging = local.fetch(request('{ __typename }', client.signal));
  client.abort(new Error('client left'));
  await t.throwsAsync(hanging, { message: 'client left' });
});

test('serves a subgraph over HTTP and misbehaves when told to', async (t) => {
  await using server = await startSubgraphServer(products);
  const post = (timeoutMs = 10_000) =>
    fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-probe': 'yes' },
      body: JSON.stringify({ query: '{ product(id: "1") { id } }' }),
      signal: AbortSignal.timeout(timeoutMs),
    });
  const bodyOf = async (behaviour: ServerBehaviour) => {
    server.behave(behaviour);
    return (await post()).text();
  };
  t.is(await bodyOf('ok'), '{"data":{"product":{"id":"1"}}}');
  t.is(server.requests[0]?.headers['x-probe'], 'yes');
  t.is(await bodyOf('html'), '<h1>Welcome</h1>');
  t.is(await bodyOf('500'), 'Internal Server Error');
  t.is(await bodyOf('broken-json'), '{"data": {');
  t.is(await bodyOf('not-graphql'), '[1, 2, 3]');
  await t.throwsAsync(bodyOf('close-mid-body'), { name: 'TypeError' });
  server.behave('hang');
  await t.throwsAsync(post(50), { name: 'TimeoutError' });
  server.behave('endless');
  const reader = (await post()).body?.getReader();
  await reader?.read();
  t.false((await reader?.read())?.done);
  await reader?.cancel();
});

test('puts the whole gateway before fixture subgraphs, without a port', async (t) => {
  await using gateway = await createTestGateway({ subgraphs: { products } });
  const { data, errors } = await gateway.execute({
    query: 'query One($id: ID!) { product(id: $id) { id } }',
    variables: { id: '7' },
  });
  t.is(errors, undefined);
  t.is(JSON.stringify(data), '{"product":{"id":"7"}}');
  t.deepEqual(
    gateway.fetches('products').map(({ variables }) => variables),
    [{ id: '7' }],
  );
  gateway.behave('products', { kind: 'reject' });
  const failed = await gateway.execute({ query: '{ product(id: "1") { id } }' });
  t.is(failed.errors?.[0]?.extensions?.code, 'DOWNSTREAM_SERVICE_ERROR');
});
