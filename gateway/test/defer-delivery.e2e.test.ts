import test from 'ava';
import { createShop } from './defer-kit/shop.ts';
import { mergePayloads } from './kit/merge-payloads.ts';
import type { TestGateway, TestRequest } from './kit/test-gateway.ts';
import { createTestGateway } from './kit/test-gateway.ts';

const reviewsOf = (id: string) => [{ body: `Good ${id}` }, { body: `Bad ${id}` }];

async function collect(gateway: TestGateway, request: TestRequest | string) {
  const payloads = [];
  const options = typeof request === 'string' ? { query: request } : request;
  for await (const payload of gateway.executeInParts(options)) payloads.push(payload);
  return payloads;
}

test('answers what is not deferred at once, and the rest when it is there', async (t) => {
  const { gates, subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  gates.close('reviews');
  const payloads = gateway.executeInParts({
    query: '{ product(id: "p1") { name ... @defer(label: "more") { reviews { body } } } }',
  });
  t.deepEqual((await payloads.next()).value, {
    data: { product: { name: 'Table' } },
    hasNext: true,
  });
  const next = payloads.next();
  gates.open('reviews');
  t.deepEqual((await next).value, {
    incremental: [
      {
        label: 'more',
        path: ['product'],
        data: { reviews: reviewsOf('p1') },
      },
    ],
    hasNext: false,
  });
  t.true((await payloads.next()).done);
});

test('answers each part when its own fetches are done, whatever the order', async (t) => {
  const { gates, subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  gates.close('reviews', 'story');
  const payloads = gateway.executeInParts({
    query: `{ product(id: "p1") {
      ... @defer(label: "reviews") { reviews { body } }
      ... @defer(label: "story") { story }
    } }`,
  });
  t.deepEqual((await payloads.next()).value, { data: { product: {} }, hasNext: true });
  const second = payloads.next();
  gates.open('story');
  t.deepEqual((await second).value, {
    incremental: [{ label: 'story', path: ['product'], data: { story: 'Story of p1' } }],
    hasNext: true,
  });
  const third = payloads.next();
  gates.open('reviews');
  t.like((await third).value, { incremental: [{ label: 'reviews' }], hasNext: false });
});

test('begins a part when what it builds on is there, not when all is answered', async (t) => {
  const { gates, subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  gates.close('reviews');
  const payloads = gateway.executeInParts({
    query: '{ product(id: "p1") { reviews { body } ... @defer { story } } }',
  });
  const first = payloads.next();
  while (gateway.fetches('products').length < 2) await new Promise(setImmediate);
  t.is(gateway.fetches('products').length, 2, 'the story is fetched while reviews are awaited');
  gates.open('reviews');
  t.deepEqual((await first).value, {
    data: { product: { reviews: reviewsOf('p1') } },
    hasNext: true,
  });
  t.like((await payloads.next()).value, { incremental: [{ data: { story: 'Story of p1' } }] });
});

test('answers a deferred root field after the first payload, though it came earlier', async (t) => {
  const { gates, subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  gates.close('reviews');
  const payloads = gateway.executeInParts({
    query: '{ product(id: "p1") { reviews { body } } ... @defer { count } }',
  });
  const first = payloads.next();
  while (gateway.fetches().length < 3) await new Promise(setImmediate);
  gates.open('reviews');
  t.deepEqual((await first).value, {
    data: { product: { reviews: reviewsOf('p1') } },
    hasNext: true,
  });
  t.deepEqual((await payloads.next()).value, {
    incremental: [{ path: [], data: { count: 2 } }],
    hasNext: false,
  });
});

test('answers a deferred fragment of a list for each item, and fetches for all in one call', async (t) => {
  const { subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  const payloads = await collect(gateway, '{ products { id ... @defer { stars } } }');
  t.deepEqual(payloads, [
    { data: { products: [{ id: 'p1' }, { id: 'p2' }] }, hasNext: true },
    {
      incremental: [
        { path: ['products', 0], data: { stars: 5 } },
        { path: ['products', 1], data: { stars: 5 } },
      ],
      hasNext: false,
    },
  ]);
  t.is(gateway.fetches('reviews').length, 1);
});

test('answers fragments in deferred fragments after those, each with its path', async (t) => {
  const { gates, subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  gates.close('name');
  const payloads = gateway.executeInParts({
    query: `{ products { ... @defer(label: "outer") {
      reviews { author { id ... @defer(label: "inner") { name } } }
    } } }`,
  });
  t.deepEqual((await payloads.next()).value, { data: { products: [{}, {}] }, hasNext: true });
  const reviews = [{ author: { id: 'u1' } }, { author: { id: 'u2' } }];
  t.deepEqual((await payloads.next()).value, {
    incremental: [
      { label: 'outer', path: ['products', 0], data: { reviews } },
      { label: 'outer', path: ['products', 1], data: { reviews } },
    ],
    hasNext: true,
  });
  const last = payloads.next();
  gates.open('name');
  const author = (product: number, review: number, name: string) => ({
    label: 'inner',
    path: ['products', product, 'reviews', review, 'author'],
    data: { name },
  });
  t.deepEqual((await last).value, {
    incremental: [
      author(0, 0, 'Rosa'),
      author(0, 1, 'Omar'),
      author(1, 0, 'Rosa'),
      author(1, 1, 'Omar'),
    ],
    hasNext: false,
  });
  t.is(gateway.fetches('users').length, 1);
});

test('asks for no entity again that an earlier part has asked for', async (t) => {
  const { subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  const payloads = await collect(
    gateway,
    '{ a: product(id: "p1") { stars } ... @defer { b: product(id: "p1") { stars } } }',
  );
  t.deepEqual(mergePayloads(payloads).data, { a: { stars: 5 }, b: { stars: 5 } });
  t.is(gateway.fetches('reviews').length, 1);
});

test('answers a fragment that is spread at two places at both', async (t) => {
  const { subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  const payloads = await collect(
    gateway,
    `query { product(id: "p1") { ...Card @defer(label: "card") } other: product(id: "p2") { ...Nest } }
     fragment Card on Product { name ... @defer(label: "stars") { stars } }
     fragment Nest on Product { ...Card }`,
  );
  const parts = payloads.flatMap(({ incremental = [] }) => incremental);
  t.deepEqual(parts.map(({ label, path }) => `${label} ${path?.join('.')}`).toSorted(), [
    'card product',
    'stars other',
    'stars product',
  ]);
  t.deepEqual(mergePayloads(payloads).data, {
    product: { name: 'Table', stars: 5 },
    other: { name: 'Chair', stars: 5 },
  });
});

test('answers parts that need no fetch of their own', async (t) => {
  const { subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  const payloads = await collect(
    gateway,
    '{ product(id: "p1") { size { width ... @defer { height } } } }',
  );
  t.deepEqual(payloads, [
    { data: { product: { size: { width: 3 } } }, hasNext: true },
    { incremental: [{ path: ['product', 'size'], data: { height: 1 } }], hasNext: false },
  ]);
  t.is(gateway.fetches().length, 1);
});

test('answers a deferred fragment only for objects of its type', async (t) => {
  const { subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  const payloads = await collect(
    gateway,
    '{ thing { ... on Box @defer { lid } ... on Product @defer { name } } item { ... on Box @defer { lid } } }',
  );
  t.deepEqual(payloads, [
    { data: { thing: {}, item: {} }, hasNext: true },
    { incremental: [{ path: ['thing'], data: { name: 'Table' } }], hasNext: false },
  ]);
});

for (const [given, variables, isDeferred] of [
  ['if: true', {}, true],
  ['if: false', {}, false],
  ['if: $on', { on: true }, true],
  ['if: $on', { on: false }, false],
  ['if: $unsaid', {}, true],
] as const) {
  const what = isDeferred ? 'defers' : 'does not defer';
  test(`${what} with ${given} and ${JSON.stringify(variables)}`, async (t) => {
    const { subgraphs } = createShop();
    await using gateway = await createTestGateway({ subgraphs });
    const declared = given.includes('$') ? `query ($${given.slice(5)}: Boolean = true)` : '';
    const query = `${declared} { product(id: "p1") { name ... @defer(${given}) { stars } } }`;
    const payloads = await collect(gateway, { query, variables });
    t.deepEqual(payloads[0]?.data, {
      product: isDeferred ? { name: 'Table' } : { name: 'Table', stars: 5 },
    });
    t.is(payloads.length, isDeferred ? 2 : 1);
  });
}

test('leaves out deferred fragments that @skip and @include leave out', async (t) => {
  const { subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  const query = `query ($on: Boolean!) { product(id: "p1") {
    name
    ... @include(if: $on) @defer { stars }
    ... @defer { size { width @skip(if: $on) height } }
  } count @include(if: $on) }`;
  for (const on of [true, false]) {
    const payloads = await collect(gateway, { query, variables: { on } });
    t.deepEqual(
      mergePayloads(payloads).data,
      on
        ? { product: { name: 'Table', stars: 5, size: { height: 1 } }, count: 2 }
        : { product: { name: 'Table', size: { width: 3, height: 1 } } },
    );
  }
  t.is(gateway.fetches('reviews').length, 1);
});

test('answers as a whole when nothing is left to defer', async (t) => {
  const { subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  const payloads = await collect(gateway, '{ product(id: "none") { name ... @defer { stars } } }');
  t.deepEqual(payloads, [{ data: { product: null } }]);
});

test('answers a client that takes no parts as if @defer were not there', async (t) => {
  const { subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  const deferring =
    '{ products { ...F @defer } } fragment F on Product { ... @defer { stars } name }';
  const plain = '{ products { ...F } } fragment F on Product { ... { stars } name }';
  t.deepEqual(await gateway.execute({ query: deferring }), await gateway.execute({ query: plain }));
  const [first, second, third, fourth] = gateway.fetches();
  t.deepEqual([first?.body, second?.body], [third?.body, fourth?.body]);
  t.is(gateway.fetches().length, 4);
});

test('answers what a mutation returns in parts', async (t) => {
  const { gates, subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  gates.close('reviews');
  const payloads = gateway.executeInParts({
    query: `mutation {
      one: rename(id: "p1", name: "Desk") { name ... @defer { reviews { body } } }
      two: rename(id: "p2", name: "Stool") { story }
    }`,
  });
  t.deepEqual((await payloads.next()).value, {
    data: { one: { name: 'Desk' }, two: { story: '2 new' } },
    hasNext: true,
  });
  const last = payloads.next();
  gates.open('reviews');
  t.deepEqual((await last).value, {
    incremental: [{ path: ['one'], data: { reviews: reviewsOf('p1') } }],
    hasNext: false,
  });
});

test('answers deferred introspection', async (t) => {
  const { subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  const payloads = await collect(
    gateway,
    '{ count ... @defer { __type(name: "Size") { ... @defer { name } } __typename } }',
  );
  t.deepEqual(payloads, [
    { data: { count: 2 }, hasNext: true },
    {
      incremental: [{ path: [], data: { __type: { name: 'Size' }, __typename: 'Query' } }],
      hasNext: false,
    },
  ]);
});

test('announces parts and completes them by id in the format of incrementalSpec=v0.2', async (t) => {
  const { subgraphs } = createShop();
  await using gateway = await createTestGateway({ subgraphs });
  const payloads = [];
  for await (const payload of gateway.executeInParts({
    query: `{ product(id: "p1") { name ... @defer(label: "outer") {
      reviews { author { id ... @defer { name } } }
    } ... @defer { rating } } }`,
    format: 'incrementalSpec=v0.2',
    requestId: 'r1',
  })) {
    payloads.push(payload);
  }
  const [first, ...rest] = payloads;
  t.deepEqual(first, {
    data: { product: { name: 'Table' } },
    pending: [
      { id: '0', path: ['product'], label: 'outer' },
      { id: '1', path: ['product'] },
    ],
    hasNext: true,
  });
  t.deepEqual(
    rest.flatMap(({ pending = [] }) => pending),
    [0, 1].map((index) => ({
      id: String(2 + index),
      path: ['product', 'reviews', index, 'author'],
    })),
  );
  t.deepEqual(
    rest.flatMap(({ incremental = [] }) => incremental),
    [
      { id: '0', data: { reviews: [{ author: { id: 'u1' } }, { author: { id: 'u2' } }] } },
      { id: '2', data: { name: 'Rosa' } },
      { id: '3', data: { name: 'Omar' } },
    ],
  );
  const completed = rest.flatMap((payload) => payload.completed ?? []);
  t.deepEqual(completed.map(({ id }) => id).toSorted(), ['0', '1', '2', '3']);
  t.like(
    completed.find(({ id }) => id === '1'),
    {
      errors: [{ path: ['product', 'rating'], extensions: { requestId: 'r1' } }],
    },
  );
  t.is(rest.at(-1)?.hasNext, false);
});
