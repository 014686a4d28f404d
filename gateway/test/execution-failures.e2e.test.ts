import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import type { OperationOptions } from './execution/run-graph.ts';
import { answering, createGraph } from './execution/run-graph.ts';

const products = [{ id: '1' }, { id: '2' }, { id: '1' }];

function createShop() {
  return createGraph(
    {
      name: 'products',
      typeDefs: `
        type Query { products: [Product]! first: Product! count: Int }
        type Product @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: { products: () => products, first: () => products[0], count: () => 3 },
        Product: { name: ({ id }) => `name ${id}` },
      },
    },
    {
      name: 'stock',
      typeDefs: `
        type Query { depot: String }
        type Product @key(fields: "id") { id: ID! left: Int! shelf: Shelf place: String }
        type Shelf { row: Int! label: String }`,
      resolvers: {
        Query: { depot: () => 'north' },
        Product: {
          __resolveReference: (key) => key,
          left: () => 7,
          place: () => 'here',
          shelf: () => ({ row: 1, label: 'A' }),
        },
      },
    },
  );
}

type StockAnswer = Readonly<Record<string, unknown>>;

/** The shop whose stock answers what it is told; its other subgraph is real. */
function runWithStock(query: string, answer: StockAnswer) {
  const graph = createShop();
  const options: OperationOptions = {
    fetch: answering((request) => (request.subgraph === 'stock' ? answer : graph.fetch(request))),
  };
  return graph.run(query, options);
}

const downstream = 'DOWNSTREAM_SERVICE_ERROR';

test('a subgraph that does not answer is one error at each fetch, and the other data stay', async (t) => {
  const graph = createShop();
  graph.behave('stock', { kind: 'reject' });
  const { data, errors } = await graph.run('{ products { name place } depot count }');
  t.deepEqual(data, {
    products: [
      { name: 'name 1', place: null },
      { name: 'name 2', place: null },
      { name: 'name 1', place: null },
    ],
    depot: null,
    count: 3,
  });
  t.deepEqual(
    errors.map(({ code, path }) => ({ code, path })),
    [
      { code: downstream, path: ['depot'] },
      { code: downstream, path: ['products', 0] },
    ],
  );
});

test('a null that is not allowed and that a failed fetch explains is no second error', async (t) => {
  const graph = createShop();
  graph.behave('stock', { kind: 'reject', error: new AppError('GATEWAY_TIMEOUT', 'late') });
  const { data, errors } = await graph.run('{ products { name left } }');
  t.deepEqual(data, { products: [null, null, null] });
  t.deepEqual(errors, [{ message: 'late', code: 'GATEWAY_TIMEOUT', path: ['products', 0] }]);
});

test('a null that is not allowed takes the whole answer where nothing above it may be null', async (t) => {
  const graph = createShop();
  graph.behave('stock', { kind: 'reject' });
  const { data, errors } = await graph.run('{ first { left } count }');
  t.is(data, null);
  t.deepEqual(
    errors.map(({ path }) => path),
    [['first']],
  );
});

test('errors of entities are located where the entity is first', async (t) => {
  const { data, errors } = await runWithStock('{ products { id shelf { no: row } } }', {
    data: { _entities: [{ shelf: { no: 1 } }, { shelf: null }] },
    errors: [
      {
        message: 'No row',
        path: ['_entities', 1, 'shelf', 'no'],
        extensions: { code: 'FORBIDDEN', scope: 'stock:read', stack: 'at db-7.internal' },
      },
      { message: 'secret', path: ['_entities', 0], extensions: { code: 'ECONNREFUSED' } },
    ],
  });
  t.deepEqual(data, {
    products: [
      { id: '1', shelf: { no: 1 } },
      { id: '2', shelf: null },
      { id: '1', shelf: { no: 1 } },
    ],
  });
  t.deepEqual(errors, [
    { message: 'No row', code: 'FORBIDDEN', path: ['products', 1, 'shelf', 'no'] },
    { message: 'secret', code: downstream, path: ['products', 0] },
  ]);
});

test('an error of a subgraph explains the null above it', async (t) => {
  const { data, errors } = await runWithStock('{ products { left } }', {
    data: { _entities: [{ left: 7 }, null] },
    errors: [{ message: 'No count', path: ['_entities', 1, 'left'] }],
  });
  t.deepEqual(data, { products: [{ left: 7 }, null, { left: 7 }] });
  t.deepEqual(errors, [{ message: 'No count', code: downstream, path: ['products', 1, 'left'] }]);
});

test('a null that is not allowed and that nothing explains is a located error', async (t) => {
  const { data, errors } = await runWithStock('{ products { left } }', {
    data: { _entities: [{ left: 7 }, null] },
  });
  t.deepEqual(data, { products: [{ left: 7 }, null, { left: 7 }] });
  t.deepEqual(errors, [
    {
      message: 'Cannot return null for non-nullable field Product.left.',
      code: downstream,
      path: ['products', 1, 'left'],
    },
  ]);
});

test('an entity that a subgraph does not know is null and no error', async (t) => {
  const { data, errors } = await runWithStock('{ products { place } }', {
    data: { _entities: [null, { place: 'x' }] },
  });
  t.deepEqual(data, { products: [{ place: null }, { place: 'x' }, { place: null }] });
  t.deepEqual(errors, []);
});

test('answers without one entity for each representation are refused as a whole', async (t) => {
  const wrongAnswers: readonly StockAnswer[] = [
    { data: { _entities: [{ place: 'x' }] } },
    { data: { _entities: [{ place: 'x' }, { place: 'y' }, { place: 'z' }] } },
    { data: { _entities: null } },
    { data: { _entities: { 0: { place: 'x' } } } },
    { data: {} },
    { data: null },
    { data: 'text' },
    { data: [] },
    {},
  ];
  for (const answer of wrongAnswers) {
    const { data, errors } = await runWithStock('{ products { id place } }', answer);
    t.deepEqual(data, {
      products: [
        { id: '1', place: null },
        { id: '2', place: null },
        { id: '1', place: null },
      ],
    });
    t.deepEqual(
      errors.map(({ code, path }) => ({ code, path })),
      [{ code: downstream, path: ['products', 0] }],
      JSON.stringify(answer),
    );
  }
});

test('values of the wrong shape become null with a located error, never a crash', async (t) => {
  const wrongShelves = [7, 'text', true, [], [[{ row: 1 }]], { row: 'one' }, { row: null }, {}];
  for (const shelf of wrongShelves) {
    const { data, errors } = await runWithStock('{ products { id shelf { row } } }', {
      data: { _entities: [{ shelf }, { shelf: { row: 2, extra: 1 } }] },
    });
    t.deepEqual(data, {
      products: [
        { id: '1', shelf: null },
        { id: '2', shelf: { row: 2 } },
        { id: '1', shelf: null },
      ],
    });
    t.deepEqual(
      errors.map(({ path }) => path?.slice(0, 3)),
      [
        ['products', 0, 'shelf'],
        ['products', 2, 'shelf'],
      ],
      JSON.stringify(shelf),
    );
  }
});

test('entities that are no objects are errors at their places', async (t) => {
  const { errors } = await runWithStock('{ products { id place } }', {
    data: { _entities: [5, ['x']] },
  });
  t.deepEqual(
    errors.map(({ code, path }) => ({ code, path })),
    [
      { code: downstream, path: ['products', 0] },
      { code: downstream, path: ['products', 1] },
    ],
  );
});

test('malformed errors of a subgraph are errors all the same', async (t) => {
  const malformed = [
    {},
    { message: 5 },
    { message: 'x', path: 'products' },
    { message: 'x', path: [{}] },
  ];
  for (const error of malformed) {
    const { errors } = await runWithStock('{ products { place } }', { errors: [error] });
    t.is(errors.length, 1);
    t.is(errors[0]?.code, downstream);
    t.deepEqual(errors[0]?.path, ['products', 0]);
  }
});

test('a key of an answer never reaches a prototype', async (t) => {
  const shelf = JSON.parse('{"row":1,"label":"A","__proto__":{"polluted":"yes"}}');
  const entity = JSON.parse(
    '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}',
  );
  const { data, errors } = await runWithStock('{ products { __proto__: place shelf { row } } }', {
    data: { _entities: [{ ...entity, shelf }, { shelf }], __proto__: { polluted: 'yes' } },
  });
  t.deepEqual(
    errors.map(({ path }) => path),
    [
      ['products', 0, '__proto__'],
      ['products', 2, '__proto__'],
    ],
  );
  t.is(JSON.stringify(data).includes('polluted'), false);
  t.is(Reflect.get({}, 'polluted'), undefined);
  t.is(Reflect.get(Object, 'polluted'), undefined);
});

test('an answer that nests without end is an error of its fetch', async (t) => {
  const depth = 100_000;
  const label = JSON.parse('['.repeat(depth) + ']'.repeat(depth));
  const { data, errors } = await runWithStock('{ products { name shelf { label } } }', {
    data: { _entities: [{ shelf: { label } }, { shelf: { label } }] },
  });
  t.like(data, { products: [{ name: 'name 1', shelf: null }] });
  t.deepEqual(
    errors.map(({ code }) => code),
    [downstream],
  );
});

test('a subgraph that gives another list for a shared field loses to the first', async (t) => {
  const typeDefs = (field: string) => `
    type Query { items: [Item!]! @shareable }
    type Item @shareable { ${field}: String }`;
  const graph = createGraph(
    { name: 'a', typeDefs: typeDefs('x') },
    { name: 'b', typeDefs: typeDefs('y') },
  );
  const { data, errors } = await graph.run('{ items { x y } }', {
    fetch: answering(({ subgraph }) =>
      subgraph === 'a'
        ? { data: { items: [{ x: '1' }, { x: '2' }] } }
        : { data: { items: [{ y: '1' }] } },
    ),
  });
  t.deepEqual(data, {
    items: [
      { x: '1', y: null },
      { x: '2', y: null },
    ],
  });
  t.deepEqual(
    errors.map(({ code, path }) => ({ code, path })),
    [{ code: downstream, path: ['items'] }],
  );
});

test('a null of one subgraph does not erase what another one answered', async (t) => {
  const typeDefs = (field: string) => `
    type Query { item: Item @shareable }
    type Item @shareable { ${field}: String }`;
  const graph = createGraph(
    { name: 'a', typeDefs: typeDefs('x') },
    { name: 'b', typeDefs: typeDefs('y') },
  );
  const { data, errors } = await graph.run('{ item { x y } }', {
    fetch: answering(({ subgraph }) =>
      subgraph === 'a'
        ? { data: { item: { x: '1' } } }
        : { data: { item: null }, errors: [{ message: 'down', path: ['item'] }] },
    ),
  });
  t.deepEqual(data, { item: { x: '1', y: null } });
  t.deepEqual(errors, [{ message: 'down', code: downstream, path: ['item'] }]);
});

test('no fetch begins after the request is aborted, and the reason comes back', async (t) => {
  const graph = createShop();
  const controller = new AbortController();
  const reason = new AppError('GATEWAY_TIMEOUT', 'too slow');
  const running = graph.run('{ products { place } }', {
    signal: controller.signal,
    fetch: async (request) => {
      const answer = await graph.fetch(request);
      controller.abort(reason);
      return answer;
    },
  });
  t.is(await t.throwsAsync(running), reason);
  t.is(graph.calls.length, 1);
});

test('an abort ends a request whose subgraph is deaf to it', async (t) => {
  const graph = createShop();
  const controller = new AbortController();
  const reason = new AppError('GATEWAY_TIMEOUT', 'too slow');
  const deaf = Promise.withResolvers<never>();
  const running = graph.run('{ count }', {
    signal: controller.signal,
    fetch: () => {
      queueMicrotask(() => controller.abort(reason));
      return deaf.promise;
    },
  });
  t.is(await t.throwsAsync(running), reason);
});
