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
