import test from 'ava';
import { products } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

const limits = { batchMax: 3 };

test('answers a list of operations in their order, each as if it were alone', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products], config: { limits } });
  const response = await http.post([
    { query: '{ product(id: "p1") { name } }' },
    { query: '{ nonsense }' },
    { query: 'query Q($id: ID!) { product(id: $id) { name } }', variables: { id: 'p2' } },
  ]);
  t.is(response.status, 200);
  t.is(response.headers.get('content-type'), 'application/json; charset=utf-8');
  const answers = (await response.json()) as { data?: unknown; errors?: unknown }[];
  t.deepEqual(answers[0], { data: { product: { name: 'Table' } } });
  t.like(answers[1], { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  t.deepEqual(answers[2], { data: { product: { name: 'Chair' } } });
  const lines = http.logs.filter(({ message }) => message === 'operation completed');
  t.is(lines.length, 3);
});

const refused: readonly [what: string, body: unknown, message: RegExp][] = [
  ['too long', Array(4).fill({ query: '{ __typename }' }), /4 operations; 3 are allowed/],
  ['empty', [], /has no operation/],
  ['with an item that is none', [{ query: '{ __typename }' }, 7], /must be a JSON object/],
  ['with a batch in it', [[{ query: '{ __typename }' }]], /must be a JSON object/],
];

for (const [what, body, message] of refused) {
  test(`refuses a batch that is ${what}, and runs nothing of it`, async (t) => {
    await using http = await startHttpGateway({ subgraphs: [products], config: { limits } });
    const response = await http.post(body);
    t.is(response.status, 400);
    const { errors } = (await response.json()) as {
      errors: { message: string; extensions: { code: string } }[];
    };
    t.regex(errors[0]?.message ?? '', message);
    t.is(errors[0]?.extensions.code, 'BAD_REQUEST');
    t.is(http.server('products').requests.length, 0);
  });
}

test('every operation of a batch counts, and a batch refused as a whole says so', async (t) => {
  const windows = [{ limit: 2, windowMs: 86_400_000 }];
  const rateLimits = { rules: [{ name: 'all', by: 'address' as const, windows }] };
  await using http = await startHttpGateway({
    subgraphs: [products],
    config: { limits, rateLimits },
  });
  const batch = Array(3).fill({ query: '{ __typename }' });
  const first = await http.post(batch);
  t.is(first.status, 200);
  t.regex(first.headers.get('ratelimit') ?? '', /r=0/);
  const codes = ((await first.json()) as { errors?: { extensions: { code: string } }[] }[]).map(
    ({ errors }) => errors?.[0]?.extensions.code,
  );
  t.deepEqual(codes, [undefined, undefined, 'RATE_LIMITED']);
  const second = await http.post(batch);
  t.is(second.status, 429);
  t.truthy(second.headers.get('retry-after'));
});

test('has no streams in a batch, and one answer for what is deferred', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products], config: { limits } });
  const batch = [{ query: '{ ... @defer { products { id } } }' }];
  const stream = await http.post(batch, { accept: 'text/event-stream' });
  t.is(stream.status, 406);
  const accept = 'multipart/mixed;deferSpec=20220824, application/json';
  t.deepEqual(await (await http.post(batch, { accept })).json(), [
    { data: { products: [{ id: 'p1' }, { id: 'p2' }] } },
  ]);
});
