import { users } from './fixture-data.ts';
import { defineFixtureSubgraph, type Reference } from './fixture-subgraph.ts';

const userById = new Map(users.map((user) => [user.id, user]));

export const accounts = defineFixtureSubgraph({
  name: 'accounts',
  directives: ['key'],
  sdl: `
    type Query { me: User users(first: Int! = 8): [User!]! }
    type User @key(fields: "id") { id: ID! name: String! handle: String! city: String! }
  `,
  resolvers: {
    Query: {
      me: () => users[0],
      users: (_: unknown, { first }: { first: number }) => users.slice(0, first),
    },
    User: { __resolveReference: ({ id }: Reference) => userById.get(id) },
  },
});
