import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { answering, createGraph } from './execution/run-graph.ts';
import { createShop, runWithStock } from './execution/shop-graph.ts';

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

test('an error of a field that only the gateway asked for is one of the object that needed it', async (t) => {
  const graph = createGraph(
    {
      name: 'a',
      typeDefs: `
        type Query { items: [Item!]! }
        type Item @key(fields: "id") { id: ID! parts: [Part!] }
        type Part { weight: Int! }`,
      resolvers: {
        Query: { items: () => [{ id: '1' }, { id: '2' }] },
        Item: {
          parts: ({ id }) => {
            if (id === '1') return [{ weight: 1 }];
            throw new Error('no parts');
          },
        },
      },
    },
    {
      name: 'b',
      typeDefs: `
        type Item @key(fields: "id") {
          id: ID! parts: [Part!] @external total: Int! @requires(fields: "parts { weight }")
        }
        type Part { weight: Int! @external }`,
      resolvers: {
        Item: { __resolveReference: (key) => key, total: ({ parts }) => (parts ? 1 : null) },
      },
    },
  );
  graph.behave('b', { kind: 'errors', errors: [{ message: 'no total', path: ['_entities', 1] }] });
  const { data, errors } = await graph.run('{ items { total } }');
  t.is(data, null);
  t.deepEqual(
    errors.map(({ message, path }) => ({ message, path })),
    [
      { message: 'no parts', path: ['items', 1] },
      { message: 'no total', path: ['items', 1] },
      {
        message: 'Cannot return null for non-nullable field Item.total.',
        path: ['items', 0, 'total'],
      },
    ],
  );
});
