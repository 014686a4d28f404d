import test from 'ava';
import { createShop } from './defer-kit/shop.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import type { IncrementalPayload } from './kit/merge-payloads.ts';
import { mergePayloads } from './kit/merge-payloads.ts';
import type { TestGateway, TestGatewayOptions } from './kit/test-gateway.ts';
import { createTestGateway } from './kit/test-gateway.ts';

const masked = 'A service behind the graph did not answer as it should.';
const extensions = { code: 'DOWNSTREAM_SERVICE_ERROR', requestId: 'r1' };
const errorAt = (...path: readonly (string | number)[]) => ({ message: masked, path, extensions });

async function collect(gateway: TestGateway, query: string): Promise<IncrementalPayload[]> {
  const payloads: IncrementalPayload[] = [];
  for await (const payload of gateway.executeInParts({ query, requestId: 'r1' })) {
    payloads.push(payload);
  }
  return payloads;
}

function createShopGateway(config: TestGatewayOptions['config'] = {}) {
  const shop = createShop();
  return createTestGateway({ subgraphs: shop.subgraphs, config }).then((gateway) => ({
    ...shop,
    gateway,
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  }));
}

test('a null that is not allowed ends at the deferred fragment, and what was told stays', async (t) => {
  await using shop = await createShopGateway();
  const payloads = await collect(
    shop.gateway,
    '{ product(id: "p1") { name ... @defer(label: "bad") { stars rating } } }',
  );
  t.deepEqual(payloads, [
    { data: { product: { name: 'Table' } }, hasNext: true },
    {
      incremental: [
        {
          label: 'bad',
          path: ['product'],
          data: null,
          errors: [errorAt('product', 'rating')],
        },
      ],
      hasNext: false,
    },
  ]);
});

test('an error of a field that may be null is told in the payload of its part alone', async (t) => {
  await using shop = await createShopGateway();
  const payloads = await collect(
    shop.gateway,
    '{ products { name ... @defer { secret } ... @defer { stars } } }',
  );
  t.deepEqual(payloads[0], {
    data: { products: [{ name: 'Table' }, { name: 'Chair' }] },
    hasNext: true,
  });
  const parts = payloads.flatMap(({ incremental = [] }) => incremental);
  t.deepEqual(
    parts.filter(({ errors }) => errors !== undefined),
    [0, 1].map((index) => ({
      path: ['products', index],
      data: { secret: null },
      errors: [errorAt('products', index, 'secret')],
    })),
  );
  t.is(parts.length, 4);
});

test('a subgraph that does not answer is an error of every part that needed it, and one log line', async (t) => {
  await using shop = await createShopGateway();
  shop.gateway.behave('reviews', { kind: 'reject' });
  const [first, second] = await collect(shop.gateway, '{ products { name ... @defer { stars } } }');
  t.is(first?.errors, undefined);
  t.deepEqual(
    second?.incremental,
    [0, 1].map((index) => ({
      path: ['products', index],
      data: { stars: null },
      errors: [errorAt('products', index)],
    })),
  );
  const failures = shop.gateway.logs().filter(({ message }) => message === 'subgraph failed');
  t.is(failures.length, 1);
});

test('an error of a deferred field that came with the first fetch is told in its part', async (t) => {
  await using shop = await createShopGateway();
  const payloads = await collect(
    shop.gateway,
    '{ product(id: "p1") { size { width ... @defer { depth } } } }',
  );
  t.deepEqual(payloads, [
    { data: { product: { size: { width: 3 } } }, hasNext: true },
    {
      incremental: [
        {
          path: ['product', 'size'],
          data: { depth: null },
          errors: [errorAt('product', 'size', 'depth')],
        },
      ],
      hasNext: false,
    },
  ]);
});

test('a field that failed in the first payload explains its null there, once', async (t) => {
  await using shop = await createShopGateway();
  const payloads = await collect(
    shop.gateway,
    '{ product(id: "p1") { secret ... @defer { stars } } }',
  );
  t.deepEqual(payloads[0]?.errors, [errorAt('product', 'secret')]);
  t.deepEqual(payloads[1]?.incremental, [{ path: ['product'], data: { stars: 5 } }]);
});

test('a part fails as a whole rather than take back an object that was told', async (t) => {
  await using shop = await createShopGateway();
  const payloads = await collect(
    shop.gateway,
    '{ product(id: "p1") { name } ... @defer { count product(id: "p1") { rating } } }',
  );
  t.deepEqual(payloads, [
    { data: { product: { name: 'Table' } }, hasNext: true },
    {
      incremental: [{ path: [], data: null, errors: [errorAt('product', 'rating')] }],
      hasNext: false,
    },
  ]);
});

test('what was told is null stays null in later parts', async (t) => {
  await using shop = await createShopGateway();
  const payloads = await collect(
    shop.gateway,
    '{ product(id: "p1") { key } ... @defer { count product(id: "p1") { name } } }',
  );
  t.like(payloads[0], { data: { product: null }, errors: [{ path: ['product', 'key'] }] });
  t.deepEqual(payloads[1]?.incremental, [
    { path: [], data: { count: 2, product: null }, errors: [errorAt('product', 'key')] },
  ]);
});

test('a null that its subgraph made of the object of a part explains itself in the first payload', async (t) => {
  await using shop = await createShopGateway();
  const query = '{ product(id: "p1") { name size { width ... @defer { weight } } } }';
  t.deepEqual(await collect(shop.gateway, query), [
    { data: { product: null }, errors: [errorAt('product', 'size', 'weight')] },
  ]);
});

test('an answer that is null as a whole has no parts, and the deferred fetches end', async (t) => {
  const never = defineSubgraph({
    name: 'one',
    typeDefs: 'type Query { fails: Int! slow: Int }',
    resolvers: {
      Query: {
        fails: () => {
          throw new Error('no');
        },
        slow: () => new Promise(() => undefined),
      },
    },
  });
  await using gateway = await createTestGateway({ subgraphs: [never] });
  t.like(await collect(gateway, '{ fails ... @defer { slow } }'), [{ data: null }]);
  const slow = gateway.fetches().find(({ operation }) => operation.includes('slow'));
  t.true(slow?.context.signal.aborted);
});

test('what is pending when the time is over fails with GATEWAY_TIMEOUT, and the answer ends', async (t) => {
  await using shop = await createShopGateway({ requestTimeoutMs: 2_000 });
  const query = '{ products { name ... @defer(label: "slow") { reviews { body } } } }';
  // Plans it, so that the time is not used up by that on a busy machine.
  await collect(shop.gateway, query);
  shop.gates.close('reviews');
  const payloads = await collect(shop.gateway, query);
  t.deepEqual(payloads[1], {
    incremental: [0, 1].map((index) => ({
      label: 'slow',
      path: ['products', index],
      data: null,
      errors: [
        {
          message: 'The answer took too long.',
          path: ['products', index],
          extensions: { code: 'GATEWAY_TIMEOUT', requestId: 'r1' },
        },
      ],
    })),
    hasNext: false,
  });
  t.is(payloads.length, 2);
  t.true(shop.gateway.fetches('reviews').at(-1)?.context.signal.aborted);
});

test('a client that goes away ends the fetches that are under way, and the answer', async (t) => {
  await using shop = await createShopGateway();
  shop.gates.close('reviews');
  const leaving = new AbortController();
  const payloads = shop.gateway.executeInParts({
    query: '{ product(id: "p1") { name ... @defer { reviews { body author { name } } } } }',
    signal: leaving.signal,
  });
  await payloads.next();
  while (shop.gateway.fetches('reviews').length === 0) await new Promise(setImmediate);
  const rest = payloads.next();
  leaving.abort(new Error('gone'));
  t.like((await rest).value, { incremental: [{ data: null }], hasNext: false });
  t.true(shop.gateway.fetches('reviews')[0]?.context.signal.aborted);
  shop.gates.open('reviews');
  await new Promise(setImmediate);
  t.is(shop.gateway.fetches('users').length, 0, 'nothing is fetched after that');
});

test('a fragment that nobody may see fails in its part, and tells why', async (t) => {
  const subgraph = defineSubgraph({
    name: 'one',
    typeDefs: 'type Query { open: Int closed: Int! @authenticated }',
    resolvers: { Query: { open: () => 1, closed: () => 2 } },
  });
  const config = { authorization: { unauthorizedFields: 'nullify' as const } };
  await using gateway = await createTestGateway({ subgraphs: [subgraph], config });
  const payloads = await collect(gateway, '{ open ... @defer { closed } }');
  t.like(mergePayloads(payloads), { data: { open: 1 } });
  t.like(payloads[1], {
    incremental: [
      {
        path: [],
        data: null,
        errors: [{ path: ['closed'], extensions: { code: 'UNAUTHENTICATED' } }],
      },
    ],
  });
});
