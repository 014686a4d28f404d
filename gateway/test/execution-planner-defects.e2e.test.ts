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

interface Post {
  readonly [key: string]: unknown;
  readonly comments?: readonly { readonly authorId: string }[];
}

const authors = ['u1', 'u2', 'u3', 'u4'];

function bodyOf(requires: string): string {
  return requires.includes('body') ? 'body(upper: Boolean): String! @external' : '';
}

function createPosts(requires: string) {
  return createGraph(
    {
      name: 'posts',
      typeDefs: `
        type Query { feed: [Post!]! }
        type Post @key(fields: "id") { id: ID! comments(limit: Int): [Comment!]! }
        type Comment { authorId: ID! body(upper: Boolean): String! }`,
      resolvers: {
        Query: { feed: () => [{ id: 'p1' }, { id: 'p2' }] },
        Post: {
          __resolveReference: (key) => key,
          comments: (_, { limit }) =>
            authors.slice(0, Number(limit ?? 4)).map((authorId) => ({ authorId })),
        },
        Comment: { body: ({ authorId }, { upper }) => (upper ? 'LOUD' : `by ${authorId}`) },
      },
    },
    {
      name: 'people',
      typeDefs: `
        type Post @key(fields: "id") {
          id: ID!
          comments(limit: Int): [Comment!]! @external
          authors: [String!]! @requires(fields: "${requires}")
        }
        type Comment { authorId: ID! @external ${bodyOf(requires)} }`,
      resolvers: {
        Post: {
          __resolveReference: (key) => key,
          authors: ({ comments }: Post) => (comments ?? []).map(({ authorId }) => authorId),
        },
      },
    },
  );
}

test('keeps the arguments of a client beside those of a required field', async (t) => {
  const graph = createPosts('comments(limit: 3) { authorId }');
  const post = { comments: [{ authorId: 'u1' }], authors: ['u1', 'u2', 'u3'] };
  const literal = await graph.run('{ feed { comments(limit: 1) { authorId } authors } }');
  t.deepEqual(literal, { data: { feed: [post, post] }, errors: [] });

  const query = 'query ($n: Int) { feed { comments(limit: $n) { authorId } authors } }';
  const variable = await graph.run(query, { variables: { n: 1 } });
  t.deepEqual(variable, { data: { feed: [post, post] }, errors: [] });
});

test('keeps the arguments of a client beside a field that is required without any', async (t) => {
  const graph = createPosts('comments { authorId }');
  const { data, errors } = await graph.run('{ feed { comments(limit: 1) { authorId } authors } }');
  const post = { comments: [{ authorId: 'u1' }], authors };
  t.deepEqual(errors, []);
  t.deepEqual(data, { feed: [post, post] });
});

test('sends nested required fields with their arguments under their real names', async (t) => {
  const graph = createPosts('comments(limit: 1) { authorId body(upper: true) }');
  const { data, errors } = await graph.run('{ feed { authors } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, { feed: [{ authors: ['u1'] }, { authors: ['u1'] }] });
  t.deepEqual(graph.callsTo('people')[0]?.variables.representations, [
    { __typename: 'Post', id: 'p1', comments: [{ authorId: 'u1', body: 'LOUD' }] },
    { __typename: 'Post', id: 'p2', comments: [{ authorId: 'u1', body: 'LOUD' }] },
  ]);
});

function createPrices(prices: Readonly<Record<string, unknown>>) {
  return createGraph(
    {
      name: 'products',
      typeDefs: `
        type Query { product: Product }
        type Product @key(fields: "id") { id: ID! price(currency: String!): Float weight: Float }`,
      resolvers: {
        Query: { product: () => ({ id: '1', weight: 2 }) },
        Product: { price: (_, { currency }) => prices[String(currency)] },
      },
    },
    {
      name: 'shipping',
      typeDefs: `
        type Product @key(fields: "id") {
          id: ID!
          price(currency: String!): Float @external
          weight: Float @external
          estimate(factor: Int! = 1): String @requires(fields: "price(currency: \\"USD\\") weight")
          estimateEUR(factor: Int! = 1): String @requires(fields: "price(currency: \\"EUR\\")")
          carrier: String
        }`,
      resolvers: {
        Product: {
          __resolveReference: (key) => key,
          estimate: ({ price, weight }, { factor }) =>
            `${JSON.stringify(price)}/${JSON.stringify(weight)}*${factor}`,
          estimateEUR: ({ price }, { factor }) => `${JSON.stringify(price)}*${factor}`,
          carrier: ({ id }) => `carrier of ${id}`,
        },
      },
    },
  );
}

test('asks for two fields apart that require one field with different arguments', async (t) => {
  const graph = createPrices({ USD: 10, EUR: 9 });
  const query = `query ($f: Int!, $g: Int!) {
    product { estimate(factor: $f) carrier estimateEUR(factor: $g) price(currency: "EUR") }
  }`;
  const { data, errors } = await graph.run(query, { variables: { f: 2, g: 3 } });
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    product: { estimate: '10/2*2', carrier: 'carrier of 1', estimateEUR: '9*3', price: 9 },
  });
  const calls = graph.callsTo('shipping').map(({ variables }) => ({ ...variables }));
  t.deepEqual(calls, [
    { f: 2, representations: [{ __typename: 'Product', id: '1', price: 10, weight: 2 }] },
    { g: 3, representations: [{ __typename: 'Product', id: '1', price: 9, weight: 2 }] },
  ]);
});

test('sends required values that are falsy', async (t) => {
  const graph = createPrices({ USD: 0, EUR: null });
  const { data, errors } = await graph.run('{ product { estimate estimateEUR } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, { product: { estimate: '0/2*1', estimateEUR: 'null*1' } });
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
