import test from 'ava';
import { answering, createGraph } from './execution/run-graph.ts';

function createMedia() {
  const media = [
    { __typename: 'Book', id: '1', title: 'Dune', pages: 600 },
    { __typename: 'Film', id: '2', title: 'Alien', minutes: 117 },
  ];
  return createGraph(
    {
      name: 'catalogue',
      typeDefs: `
        type Query { media: [Media] search: [Found!]! page: Page }
        interface Media @key(fields: "id") { id: ID! title: String! }
        interface Numbered { id: ID! }
        type Book implements Media & Numbered @key(fields: "id") {
          id: ID! title: String! pages: Int!
        }
        type Film implements Media & Numbered @key(fields: "id") {
          id: ID! title: String! minutes: Int!
        }
        type Person { name: String! }
        type Page { media: Media }
        union Found = Book | Film | Person`,
      resolvers: {
        Query: {
          media: () => media,
          search: () => [...media, { __typename: 'Person', name: 'Ana' }],
          page: () => ({ media: media[1] }),
        },
        Media: {
          __resolveType: ({ __typename }) => __typename,
          __resolveReference: ({ id }) => media.find((item) => item.id === id) ?? null,
        },
      },
    },
    {
      name: 'ratings',
      typeDefs: `
        type Query { top: [Media!]! }
        type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int raters: [String!]! }`,
      resolvers: {
        Query: { top: () => [{ id: '2' }, { id: '1' }, { id: 'gone' }] },
        Media: {
          __resolveReference: (key) => key,
          rating: ({ id }) => (id === 'gone' ? null : Number(id) * 2),
          raters: ({ id }) => [`rater of ${id}`],
        },
      },
    },
  );
}

test('adds fields of an interface object to the objects of an interface', async (t) => {
  const graph = createMedia();
  const { data, errors } = await graph.run(`{
    media { __typename rating title ... on Book { pages } ...F }
    page { media { rating kind: __typename } }
  } fragment F on Film { minutes raters }`);
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    media: [
      { __typename: 'Book', rating: 2, title: 'Dune', pages: 600 },
      { __typename: 'Film', rating: 4, title: 'Alien', minutes: 117, raters: ['rater of 2'] },
    ],
    page: { media: { rating: 4, kind: 'Film' } },
  });
  const sent = graph.callsTo('ratings').map(({ variables }) => variables.representations);
  t.deepEqual(
    sent.flat().filter((one) => JSON.stringify(one).includes('Film')),
    [],
  );
});

test('finds the object type where an interface object is the way in', async (t) => {
  const graph = createMedia();
  const { data, errors } = await graph.run('{ top { rating } }');
  t.deepEqual(
    { data, errors },
    { data: { top: [4, 2, null].map((rating) => ({ rating })) }, errors: [] },
  );
});

test('leaves no name of an interface where an object type was asked for', async (t) => {
  const graph = createMedia();
  const { data, errors } = await graph.run('{ top { __typename } }');
  t.is(data, null);
  t.deepEqual(errors, [
    {
      message: 'Expected the object type of Media for field Query.top.',
      code: 'DOWNSTREAM_SERVICE_ERROR',
      path: ['top', 2],
    },
  ]);
});

test('needs no object type where none of them would select more', async (t) => {
  const graph = createMedia();
  const query = '{ top { rating ... on Book { ... on Media { ... on Film { rating } } } } }';
  const { data, errors } = await graph.run(query);
  t.deepEqual(errors, []);
  t.deepEqual(data, { top: [{ rating: 4 }, { rating: 2 }, { rating: null }] });
  t.is(graph.callsTo('catalogue').length, 0);
});

test('needs no object type where all of them meet a fragment', async (t) => {
  const graph = createMedia();
  const { data, errors } = await graph.run('{ top { ... on Numbered { id } rating } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    top: [
      { id: '2', rating: 4 },
      { id: '1', rating: 2 },
      { id: 'gone', rating: null },
    ],
  });
});

test('merges a field that an interface and an object type with a stricter field select', async (t) => {
  const graph = createGraph(
    {
      name: 'stock',
      typeDefs: `
        type Query { items: [Item!]! }
        interface Item { box: Box }
        type Parcel implements Item @key(fields: "id") { id: ID! box: Box! }
        type Box { size: Int! weight: Int! @shareable }`,
      resolvers: {
        Query: {
          items: () => [{ __typename: 'Parcel', id: '1', box: { size: 3, weight: 7 } }],
        },
      },
    },
    {
      name: 'rates',
      typeDefs: `
        type Parcel @key(fields: "id") {
          id: ID!
          box: Box! @external
          price: Int! @requires(fields: "box { weight }")
        }
        type Box { weight: Int! @shareable }`,
      resolvers: { Parcel: { price: ({ box }: { box: { weight: number } }) => box.weight * 2 } },
    },
  );
  const { data, errors } = await graph.run('{ items { box { size } ... on Parcel { price } } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, { items: [{ box: { size: 3 }, price: 14 }] });
});

test('keeps the object type when a subgraph says the name of the interface', async (t) => {
  const graph = createMedia();
  const { data, errors } = await graph.run(
    '{ media { rating __typename ... on Book { pages } } }',
    {
      fetch: answering(async (request) => {
        if (request.subgraph === 'catalogue') return graph.fetch(request);
        const entity = { __typename: 'Media', rating: 1 };
        return { data: { _entities: [entity, entity] } };
      }),
    },
  );
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    media: [
      { rating: 1, __typename: 'Book', pages: 600 },
      { rating: 1, __typename: 'Film' },
    ],
  });
});

test('answers unions by the type of each item, fragments in fragments', async (t) => {
  const graph = createMedia();
  const { data, errors } = await graph.run(`
    query {
      search {
        ... on Media { title ... on Book { pages title } }
        ...Named
        __typename
      }
    }
    fragment Named on Found { ... on Person { name } ... on Film { rating length: minutes } }`);
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    search: [
      { title: 'Dune', pages: 600, __typename: 'Book' },
      { title: 'Alien', rating: 4, length: 117, __typename: 'Film' },
      { name: 'Ana', __typename: 'Person' },
    ],
  });
});

test('keeps the order of the operation, fragments merged where they first select', async (t) => {
  const graph = createMedia();
  const { data } = await graph.run(`{
    media { ...A id title } __typename page { media { id } }
  } fragment A on Media { rating title id }`);
  t.is(
    JSON.stringify(data),
    '{"media":[{"rating":2,"title":"Dune","id":"1"},{"rating":4,"title":"Alien","id":"2"}],' +
      '"__typename":"Query","page":{"media":{"id":"2"}}}',
  );
});

test('merges one response name over several fragments', async (t) => {
  const graph = createMedia();
  const { data } = await graph.run(`{
    page { media { title } } ...P
  } fragment P on Query { page { media { rating ... on Film { id } } } }`);
  t.deepEqual(data, { page: { media: { title: 'Alien', rating: 4, id: '2' } } });
});

test('a type that a client cannot know is null, and its name stays inside', async (t) => {
  const graph = createGraph({
    name: 'a',
    typeDefs: `
      type Query { things: [Thing] }
      interface Thing { id: ID! }
      type Known implements Thing { id: ID! }
      type Hidden implements Thing @inaccessible { id: ID! }`,
    resolvers: {
      Query: {
        things: () => [
          { __typename: 'Known', id: '1' },
          { __typename: 'Hidden', id: '2' },
        ],
      },
    },
  });
  for (const query of ['{ things { id } }', '{ things { id kind: __typename } }']) {
    const { data, errors } = await graph.run(query);
    t.like(data, { things: [{ id: '1' }, null] });
    t.deepEqual(
      errors.map(({ path, code }) => ({ path, code })),
      [{ path: ['things', 1], code: 'DOWNSTREAM_SERVICE_ERROR' }],
    );
    t.false(JSON.stringify({ data, errors }).includes('Hidden'));
  }
  const lies = answering(() => ({
    data: { things: [{ __typename: 'Query', id: '1' }, { __typename: 5 }] },
  }));
  const { data, errors } = await graph.run('{ things { id } }', { fetch: lies });
  t.deepEqual(data, { things: [null, null] });
  t.is(errors.length, 2);
});

test('enum values that a client cannot know are null with a located error', async (t) => {
  const graph = createGraph({
    name: 'a',
    typeDefs: `
      type Query { colours: [Colour] strict: [Colour!] }
      enum Colour { RED BLUE @inaccessible }`,
  });
  const colours = ['RED', 'BLUE', 'PINK', 3, 'constructor'];
  const fetch = answering(() => ({ data: { colours, strict: ['RED', 'BLUE'] } }));
  const { data, errors } = await graph.run('{ colours strict }', { fetch });
  t.deepEqual(data, { colours: ['RED', null, null, null, null], strict: null });
  t.deepEqual(
    errors.map(({ path }) => path),
    [
      ['colours', 1],
      ['colours', 2],
      ['colours', 3],
      ['colours', 4],
      ['strict', 1],
    ],
  );
});

test('completes leaves by their type and nothing else', async (t) => {
  const graph = createGraph({
    name: 'a',
    typeDefs: `
      scalar Anything
      type Query { int: [Int] float: [Float] string: [String] boolean: [Boolean] id: [ID] any: [Anything] }`,
  });
  const values = [0, -0.5, 2_147_483_648, '', 'text', '1', true, false, null, { a: [1] }];
  const fetch = answering(({ operation }) => {
    const name = /\w+/.exec(operation)?.[0] ?? '';
    return { data: { [name]: values } };
  });
  const complete = async (name: string) => {
    const { data, errors } = await graph.run(`{ ${name} }`, { fetch });
    return { values: Object.values(data ?? {})[0], errors: errors.map(({ path }) => path?.[1]) };
  };
  const N = null;
  t.deepEqual(await complete('int'), {
    values: [0, N, N, N, N, N, N, N, N, N],
    errors: [1, 2, 3, 4, 5, 6, 7, 9],
  });
  t.deepEqual(await complete('float'), {
    values: [0, -0.5, 2_147_483_648, N, N, N, N, N, N, N],
    errors: [3, 4, 5, 6, 7, 9],
  });
  t.deepEqual(await complete('string'), {
    values: [N, N, N, '', 'text', '1', N, N, N, N],
    errors: [0, 1, 2, 6, 7, 9],
  });
  t.deepEqual(await complete('boolean'), {
    values: [N, N, N, N, N, N, true, false, N, N],
    errors: [0, 1, 2, 3, 4, 5, 9],
  });
  t.deepEqual(await complete('id'), {
    values: ['0', N, '2147483648', '', 'text', '1', N, N, N, N],
    errors: [1, 6, 7, 9],
  });
  t.deepEqual(await complete('any'), { values, errors: [] });
});

test('lists of lists of entities are joined at every depth', async (t) => {
  const graph = createGraph(
    {
      name: 'a',
      typeDefs: `
        type Query { cube: [[[Cell]!]]! }
        type Cell @key(fields: "x y { z }") { x: Int! y: Inner! }
        type Inner { z: Boolean }`,
      resolvers: {
        Query: {
          cube: () => [
            [[{ x: 0, y: { z: false } }, null], []],
            null,
            [[{ x: 1, y: { z: null } }], [{ x: 0, y: { z: false } }]],
          ],
        },
      },
    },
    {
      name: 'b',
      typeDefs: `
        type Cell @key(fields: "x y { z }") { x: Int! y: Inner! sum: String! }
        type Inner { z: Boolean }`,
      resolvers: {
        Cell: { __resolveReference: (key) => key, sum: ({ x, y }) => `${x}${JSON.stringify(y)}` },
      },
    },
  );
  const { data, errors } = await graph.run('{ cube { sum } }');
  const zero = { sum: '0{"z":false}' };
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    cube: [[[zero, null], []], null, [[{ sum: '1{"z":null}' }], [zero]]],
  });
  const [call] = graph.callsTo('b');
  t.deepEqual(call?.variables.representations, [
    { __typename: 'Cell', x: 0, y: { z: false } },
    { __typename: 'Cell', x: 1, y: { z: null } },
  ]);
});
