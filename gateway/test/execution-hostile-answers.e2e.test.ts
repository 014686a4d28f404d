import test from 'ava';
import { answering, createGraph } from './execution/run-graph.ts';
import type { StockAnswer } from './execution/shop-graph.ts';
import { runWithStock } from './execution/shop-graph.ts';

const downstream = 'DOWNSTREAM_SERVICE_ERROR';

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
