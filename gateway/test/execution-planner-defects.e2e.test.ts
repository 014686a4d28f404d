import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { createGraph } from './execution/run-graph.ts';

test('comes back to a subgraph by a key that it can resolve', async (t) => {
  const graph = createGraph(
    {
      name: 'a',
      typeDefs: `
        type A @key(fields: "id") @key(fields: "code") { id: ID! code: String! name: String! }`,
      resolvers: { A: { __resolveReference: (key) => ({ ...key, name: 'Ana' }) } },
    },
    {
      name: 'b',
      typeDefs: `
        type Query { b: B }
        type B { a: A }
        type A @key(fields: "code", resolvable: false) @key(fields: "id") {
          id: ID! code: String! name: String! @external nameInB: String! @requires(fields: "name")
        }`,
      resolvers: {
        Query: { b: () => ({ a: { id: '1', code: 'one' } }) },
        A: {
          __resolveReference: (key) => (key.id === undefined ? null : key),
          nameInB: ({ name }) => `${name} in b`,
        },
      },
    },
  );
  const { data, errors } = await graph.run('{ b { a { nameInB } } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, { b: { a: { nameInB: 'Ana in b' } } });
});

function createNodes() {
  return createGraph(
    {
      name: 'a',
      typeDefs: `
        type Query { a: Node holder: Holder }
        type Holder { a: Node name: String }
        interface Node @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { a: () => null, holder: () => ({ name: 'holder', a: null }) },
        Node: { __resolveType: () => 'Node' },
      },
    },
    {
      name: 'b',
      typeDefs: `
        type Query { b: Node }
        type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! field: String }`,
      resolvers: { Query: { b: () => ({ id: '1', field: 'x' }) } },
    },
  );
}

test('refuses a root field that the planner leaves out', async (t) => {
  const graph = createNodes();
  for (const query of [
    '{ a { field } }',
    '{ a { field } b { id } }',
    '{ ...F } fragment F on Query { a { field } }',
  ]) {
    const error = await t.throwsAsync(graph.run(query), { instanceOf: AppError });
    t.is(error.code, 'GRAPHQL_VALIDATION_FAILED', query);
    t.regex(error.message, /"a"/);
  }
  t.is(graph.calls.length, 0);
});

test('refuses a root field that the planner leaves out only when it is selected', async (t) => {
  const graph = createNodes();
  const query = 'query ($without: Boolean!) { a @skip(if: $without) { field } __typename }';
  const { data, errors } = await graph.run(query, { variables: { without: true } });
  t.deepEqual({ data, errors }, { data: { __typename: 'Query' }, errors: [] });
  await t.throwsAsync(graph.run(query, { variables: { without: false } }), {
    message: /No subgraph can answer the field "a"/,
  });
});

test('answers operations that need no subgraph at all', async (t) => {
  const graph = createNodes();
  t.deepEqual((await graph.run('{ __typename }')).data, { __typename: 'Query' });
  t.deepEqual((await graph.run('{ b @skip(if: true) { id } }')).data, {});
  t.deepEqual((await graph.run('{ ... on Query @include(if: false) { b { id } } }')).data, {});
  t.deepEqual((await graph.run('{ __type(name: "Holder") { name } }')).data, {
    __type: { name: 'Holder' },
  });
  t.is(graph.calls.length, 0);
});

function createMembers() {
  return createGraph(
    {
      name: 'users',
      typeDefs: `
        type Query { me: User feed: [Item!]! }
        type User @key(fields: "id") { id: ID! name: String }
        type Book { owner: User } type Film { owner: User }
        union Item = Book | Film`,
      resolvers: {
        Query: {
          me: () => ({ id: '1', name: 'Ana' }),
          feed: () => [
            { __typename: 'Book', owner: { id: '1', name: 'Ana' } },
            { __typename: 'Film', owner: { id: '1', name: 'Ana' } },
          ],
        },
      },
    },
    {
      name: 'greetings',
      typeDefs: `
        type User @key(fields: "id") {
          id: ID! name: String @external
          greeting(loud: Boolean): String @requires(fields: "name")
        }`,
      resolvers: {
        User: {
          __resolveReference: (key) => key,
          greeting: ({ id, name }, { loud }) => `${loud ? 'HELLO' : 'hello'} ${name} (${id})`,
        },
      },
    },
  );
}

test('tells an alias of a client from a key or required field of the same name', async (t) => {
  const graph = createMembers();
  const answers = {
    '{ me { id: name greeting } }': { id: 'Ana', greeting: 'hello Ana (1)' },
    '{ me { name: id greeting } }': { name: '1', greeting: 'hello Ana (1)' },
    '{ me { __typename: name greeting } }': { __typename: 'Ana', greeting: 'hello Ana (1)' },
    '{ me { id: __typename greeting } }': { id: 'User', greeting: 'hello Ana (1)' },
    '{ me { id: greeting name: greeting(loud: true) } }': {
      id: 'hello Ana (1)',
      name: 'HELLO Ana (1)',
    },
  };
  for (const [query, me] of Object.entries(answers)) {
    t.deepEqual(await graph.run(query), { data: { me }, errors: [] }, query);
  }
});

test('tells one response name with different arguments in different types apart', async (t) => {
  const graph = createMembers();
  const { data, errors } = await graph.run(`{
    feed {
      ... on Book { owner { greeting(loud: true) } }
      ... on Film { owner { greeting(loud: false) } }
    }
  }`);
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    feed: [{ owner: { greeting: 'HELLO Ana (1)' } }, { owner: { greeting: 'hello Ana (1)' } }],
  });
});

test('takes a variable of a client that has the name of the one for entities', async (t) => {
  const graph = createMembers();
  const query = `query ($representations: Boolean!) {
    me { greeting(loud: $representations) name @include(if: $representations) }
  }`;
  const { data, errors } = await graph.run(query, { variables: { representations: true } });
  t.deepEqual(errors, []);
  t.deepEqual(data, { me: { greeting: 'HELLO Ana (1)', name: 'Ana' } });
});

test('keeps an object of which conditions leave nothing', async (t) => {
  const { run } = createMembers();
  const queries = {
    'query ($on: Boolean!) { me @include(if: $on) { id @skip(if: $on) } }': { me: {} },
    'query ($on: Boolean!) { me @include(if: $on) { id @skip(if: true) } }': { me: {} },
    'query ($on: Boolean!) { me { ...F } } fragment F on User { name @skip(if: $on) }': { me: {} },
    'query ($on: Boolean!) { feed { ... on Book { owner { name @skip(if: $on) } } } }': {
      feed: [{ owner: {} }, {}],
    },
  };
  for (const [query, data] of Object.entries(queries)) {
    t.deepEqual(await run(query, { variables: { on: true } }), { data, errors: [] }, query);
  }
});

function createExhibits() {
  const exhibits = [
    { __typename: 'Painting', id: '1', title: 'Dusk' },
    { __typename: 'Statue', id: '2', title: 'Faun' },
  ];
  return createGraph(
    {
      name: 'collection',
      typeDefs: `
        type Query { exhibits: [Exhibit!]! }
        interface Exhibit @key(fields: "id") { id: ID! title: String! }
        type Painting implements Exhibit @key(fields: "id") { id: ID! title: String! }
        type Statue implements Exhibit @key(fields: "id") { id: ID! title: String! }`,
      resolvers: { Query: { exhibits: () => exhibits } },
    },
    {
      name: 'visits',
      typeDefs: `
        type Exhibit @key(fields: "id") @interfaceObject {
          id: ID! title: String! @external
          room: String! score: String! @requires(fields: "title")
        }`,
      resolvers: {
        Exhibit: {
          __resolveReference: (key) => key,
          room: ({ id }) => `room ${id}`,
          score: ({ title }) => `score of ${String(title)}`,
        },
      },
    },
  );
}

test('sends no representation without a key, and lets no field wait for what another requires', async (t) => {
  const { run, callsTo } = createExhibits();
  t.deepEqual(await run('{ exhibits { ... on Statue { score } title } }'), {
    data: { exhibits: [{ title: 'Dusk' }, { score: 'score of Faun', title: 'Faun' }] },
    errors: [],
  });
  t.deepEqual(callsTo('visits')[0]?.variables.representations, [
    { __typename: 'Exhibit', id: '2', title: 'Faun' },
  ]);
  t.deepEqual(await run('{ exhibits { room ... on Statue { score } } }'), {
    data: { exhibits: [{ room: 'room 1' }, { room: 'room 2', score: 'score of Faun' }] },
    errors: [],
  });
});

test('answers a root field under a condition of which fragments leave nothing', async (t) => {
  const { run } = createGraph({
    name: 'a',
    typeDefs: `
      type Query { dogs: [Dog!]! cats: [Cat!]! }
      interface Pet { id: ID! }
      interface Wild { id: ID! }
      type Dog implements Pet { id: ID! }
      type Cat implements Pet & Wild { id: ID! }`,
    resolvers: { Query: { dogs: () => [{ id: '1' }, { id: '2' }], cats: () => [] } },
  });
  const query = `query ($on: Boolean!) {
    dogs @skip(if: $on) { ... on Pet { ... on Pet { ... on Wild { id } } } }
  }`;
  t.deepEqual(await run(query, { variables: { on: false } }), {
    data: { dogs: [{}, {}] },
    errors: [],
  });
  t.deepEqual(await run(query, { variables: { on: true } }), { data: {}, errors: [] });
});

test('answers fragments that narrow a type until one of them matches nothing', async (t) => {
  const shares = { name: 'b', typeDefs: 'type Clip @key(fields: "id") { id: ID! shares: Int }' };
  const visuals = [
    { __typename: 'Photo', credit: 'Lee' },
    { __typename: 'Clip', id: '1' },
  ];
  const { run } = createGraph(
    {
      name: 'a',
      typeDefs: `
        type Query { visuals: [Visual!]! search: [Media!]! }
        union Media = Article | Photo | Clip
        union Visual = Photo | Clip
        interface Credited { credit: String }
        type Article implements Credited @key(fields: "id") { id: ID! credit: String }
        type Photo implements Credited @key(fields: "id") { id: ID! credit: String }
        type Clip @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { visuals: () => visuals } },
    },
    shares,
  );
  const plain = await run(
    '{ visuals { ... on Credited { ... on Visual { ... on Clip { id } ... on Photo { credit } } } } }',
  );
  t.deepEqual(plain, { data: { visuals: [{ credit: 'Lee' }, {}] }, errors: [] });

  const query = `query ($on: Boolean!) {
    visuals {
      ... on Credited { ... on Visual { ... on Clip { id } ...P @include(if: $on) } }
      ... on Clip { id @skip(if: $on) __typename }
    }
  } fragment P on Photo { again: credit }`;
  const { data, errors } = await run(query, { variables: { on: true } });
  t.deepEqual(errors, []);
  t.deepEqual(data, { visuals: [{ again: 'Lee' }, { __typename: 'Clip' }] });
});

test('asks a subgraph for root fields by its own name of the root type', async (t) => {
  const homes = [{ id: 'h1', street: 'Elm' }];
  const graph = createGraph({
    name: 'a',
    typeDefs: `
      schema { query: Root mutation: Changes }
      type Root { homes: [Home!]! }
      type Changes { build: Built! }
      type Built { query: Root! }
      type Home @key(fields: "id") { id: ID! street: String! }`,
    resolvers: {
      Root: { homes: () => homes },
      Changes: { build: () => ({ query: {} }) },
    },
  });
  const variables = { on: true };
  const query = `query ($on: Boolean!) {
    homes { id } ... on Query @include(if: $on) { homes { street } } ...F @skip(if: $on)
  } fragment F on Query { more: homes { id } }`;
  t.deepEqual(await graph.run(query, { variables }), { data: { homes }, errors: [] });

  const mutation = `mutation ($on: Boolean!) {
    ... on Mutation @include(if: $on) { build { query { ...F @include(if: $on) __typename } } }
  } fragment F on Query { homes { id street } }`;
  t.deepEqual(await graph.run(mutation, { variables }), {
    data: { build: { query: { homes, __typename: 'Query' } } },
    errors: [],
  });
});

test('asks for what a field requires before the field, however far the way to it leads', async (t) => {
  const graph = createGraph(
    {
      name: 'door',
      typeDefs: `
        type Query { room: Room }
        type Room @key(fields: "code", resolvable: false) { code: ID! }`,
      resolvers: { Query: { room: () => ({ code: 'c1' }) } },
    },
    {
      name: 'codes',
      typeDefs: 'type Room @key(fields: "code") @key(fields: "id") { code: ID! id: ID! }',
      resolvers: { Room: { __resolveReference: () => ({ code: 'c1', id: 'r1' }) } },
    },
    {
      name: 'map',
      typeDefs: 'type Room @key(fields: "place") @key(fields: "id") { id: ID! place: ID! }',
      resolvers: { Room: { __resolveReference: () => ({ id: 'r1', place: 'p1' }) } },
    },
    {
      name: 'sizes',
      typeDefs: 'type Room @key(fields: "id") { id: ID! size: Int! }',
      resolvers: { Room: { size: () => 20 } },
    },
    {
      name: 'labels',
      typeDefs: `
        type Room @key(fields: "place") {
          place: ID!
          size: Int! @external
          label: String! @requires(fields: "size")
        }`,
      resolvers: { Room: { label: ({ place, size }) => `${place} ${size}` } },
    },
  );
  const { data, errors } = await graph.run('{ room { label } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, { room: { label: 'p1 20' } });
});
