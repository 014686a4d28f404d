import test from 'ava';
import { createGraph } from './execution/run-graph.ts';

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
    { g: 3, representations: [{ __typename: 'Product', id: '1', price: 9 }] },
  ]);
});

test('sends required values that are falsy', async (t) => {
  const graph = createPrices({ USD: 0, EUR: null });
  const { data, errors } = await graph.run('{ product { estimate estimateEUR } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, { product: { estimate: '0/2*1', estimateEUR: 'null*1' } });
});

test('requires nothing for a field that a constant leaves out', async (t) => {
  for (const condition of ['@skip(if: true)', '@include(if: false)']) {
    const { run, callsTo } = createPrices({ USD: 10 });
    const { data, errors } = await run(`{ product { estimate ${condition} carrier } }`);
    t.deepEqual({ data, errors }, { data: { product: { carrier: 'carrier of 1' } }, errors: [] });
    const sent = callsTo('shipping').map(({ variables }) => variables.representations);
    t.deepEqual(sent, [[{ __typename: 'Product', id: '1' }]]);
  }
});

test('a required field that is skipped takes nothing else away', async (t) => {
  const { run } = createPrices({ USD: 10, EUR: 9 });
  const query = `query ($on: Boolean!) {
    product { estimate @include(if: $on) carrier ...E @skip(if: $on) }
  } fragment E on Product { estimateEUR }`;
  t.deepEqual(await run(query, { variables: { on: true } }), {
    data: { product: { estimate: '10/2*1', carrier: 'carrier of 1' } },
    errors: [],
  });
  t.deepEqual(await run(query, { variables: { on: false } }), {
    data: { product: { carrier: 'carrier of 1', estimateEUR: '9*1' } },
    errors: [],
  });
});
