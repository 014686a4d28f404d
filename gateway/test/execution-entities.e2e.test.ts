import test from 'ava';
import { createGraph } from './execution/run-graph.ts';

const users = [
  { id: '1', name: 'Ana' },
  { id: '2', name: 'Luis' },
];

function createReviews() {
  return createGraph(
    {
      name: 'users',
      typeDefs: `
        type Query { me: User users: [User]! }
        type User @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: { me: () => users[0], users: () => users },
        User: { __resolveReference: ({ id }) => users.find((user) => user.id === id) },
      },
    },
    {
      name: 'reviews',
      typeDefs: `
        type Query { latest: [Review!]! }
        type Review { body: String! author: User! }
        type User @key(fields: "id") { id: ID! reviews: [Review!]! }`,
      resolvers: {
        Query: {
          latest: () => [
            { body: 'Good', author: { id: '2' } },
            { body: 'Bad', author: { id: '1' } },
            { body: 'Fine', author: { id: '2' } },
          ],
        },
        User: { reviews: ({ id }) => [{ body: `by ${id}`, author: { id } }] },
      },
    },
  );
}

test('joins an entity over two subgraphs', async (t) => {
  const graph = createReviews();
  const { data, errors } = await graph.run('{ me { name reviews { body author { name } } } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, { me: { name: 'Ana', reviews: [{ body: 'by 1', author: { name: 'Ana' } }] } });
});

test('asks once for an entity that occurs twice', async (t) => {
  const graph = createReviews();
  const { data } = await graph.run('{ latest { body author { name } } }');
  t.deepEqual(data, {
    latest: [
      { body: 'Good', author: { name: 'Luis' } },
      { body: 'Bad', author: { name: 'Ana' } },
      { body: 'Fine', author: { name: 'Luis' } },
    ],
  });
  const [call] = graph.callsTo('users');
  t.deepEqual(call?.variables.representations, [
    { __typename: 'User', id: '2' },
    { __typename: 'User', id: '1' },
  ]);
});

test('takes provided fields where they are provided, and moved fields where they moved', async (t) => {
  const graph = createGraph(
    {
      name: 'old',
      typeDefs: `
        type Query { parcel: Parcel! }
        type Parcel @key(fields: "id") { id: ID! weight: Int! owner: Owner! @provides(fields: "name") }
        type Owner @key(fields: "id") { id: ID! name: String! @external }`,
      resolvers: {
        Query: { parcel: () => ({ id: '1', weight: 1, owner: { id: 'o', name: 'provided' } }) },
      },
    },
    {
      name: 'new',
      typeDefs: `
        type Parcel @key(fields: "id") { id: ID! weight: Int! @override(from: "old") }
        type Owner @key(fields: "id") { id: ID! name: String! @shareable age: Int }`,
      resolvers: {
        Parcel: { __resolveReference: (key) => key, weight: () => 2 },
        Owner: { __resolveReference: (key) => key, name: () => 'asked', age: () => 30 },
      },
    },
  );
  t.deepEqual((await graph.run('{ parcel { weight owner { name } } }')).data, {
    parcel: { weight: 2, owner: { name: 'provided' } },
  });
  t.is(graph.callsTo('new').length, 1);
});

test('leaves an entity unasked for that lacks a required field, and asks for the others', async (t) => {
  const graph = createGraph(
    {
      name: 'a',
      typeDefs: `
        type Query { items: [Item!]! }
        type Item @key(fields: "id") { id: ID! size: Size note: String name: String! }
        type Size { width: Int! }`,
      resolvers: {
        Query: { items: () => ['1', '2', '3', '4'].map((id) => ({ id, name: id })) },
        Item: {
          size: ({ id }) => (id === '2' ? null : { width: 0 }),
          note: ({ id }) => (id === '3' ? null : ''),
        },
      },
    },
    {
      name: 'b',
      typeDefs: `
        type Item @key(fields: "id") {
          id: ID! size: Size @external note: String @external
          box: String @requires(fields: "size { width } note")
        }
        type Size { width: Int! @external }`,
      resolvers: {
        Item: {
          __resolveReference: (key) => key,
          box: ({ size, note }) => JSON.stringify({ size, note }),
        },
      },
    },
  );
  const whole = await graph.run('{ items { box } }');
  t.deepEqual(whole.data, {
    items: [
      { box: '{"size":{"width":0},"note":""}' },
      { box: '{"size":null,"note":""}' },
      { box: '{"size":{"width":0},"note":null}' },
      { box: '{"size":{"width":0},"note":""}' },
    ],
  });
  const { data, errors } = await graph.run('{ items { id box } }', {
    fetch: async (request) => {
      if (request.subgraph === 'b') return graph.fetch(request);
      const item = (id: string, size: unknown) => ({ __typename: 'Item', id, size, note: '' });
      const items = [
        item('1', { width: null }),
        item('2', { width: 1 }),
        item('3', undefined),
        item('4', [{ width: 1 }]),
        item('5', 7),
      ];
      return { data: { items } };
    },
  });
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    items: [
      { id: '1', box: null },
      { id: '2', box: '{"size":{"width":1},"note":""}' },
      { id: '3', box: null },
      { id: '4', box: null },
      { id: '5', box: null },
    ],
  });
});

test('hands arguments down from contexts, each entity its own', async (t) => {
  const graph = createGraph(
    {
      name: 'tenants',
      typeDefs: `
        type Query { tenants: [Tenant!]! }
        type Tenant @key(fields: "id") @context(name: "tenant") {
          id: ID! currency: String! invoices: [Invoice!]!
        }
        type Invoice @key(fields: "id") {
          id: ID!
          total(currency: String @fromContext(field: "$tenant { currency }")): String!
        }`,
      resolvers: {
        Query: {
          tenants: () =>
            ['EUR', 'USD'].map((currency) => ({
              id: currency,
              currency,
              invoices: [{ id: '1' }, { id: '2' }],
            })),
        },
        Invoice: {
          __resolveReference: (key) => key,
          total: ({ id }, { currency }) => `${id} ${currency}`,
        },
      },
    },
    { name: 'b', typeDefs: 'type Tenant @key(fields: "id") { id: ID! plan: String }' },
  );
  const { data, errors } = await graph.run('{ tenants { invoices { total } } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    tenants: [
      { invoices: [{ total: '1 EUR' }, { total: '2 EUR' }] },
      { invoices: [{ total: '1 USD' }, { total: '2 USD' }] },
    ],
  });
});
