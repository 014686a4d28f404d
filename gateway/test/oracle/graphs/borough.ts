import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const homes = [
  { id: 'h1', street: 'Elm', rent: 500, secret: 'a', agent: 'g1' },
  { id: 'h2', street: 'Oak', rent: 0, secret: 'b', agent: 'g2' },
];
const agents = [
  { id: 'g1', name: 'Vera', pin: 11 },
  { id: 'g2', name: 'Walt', pin: 22 },
];
const move = (_: object, { id, street }: { id: string; street: string }) => {
  const home = findBy(homes, 'id', id);
  return home && { ...home, street };
};
const agentOf = (row: { agent: string }) => findBy(agents, 'id', row.agent);
const rate = (row: { secret: string; rent: number }) => `${row.secret}${row.rent}`;

/** Root types under other names, a subgraph without Query, `@inaccessible`, `@tag`, introspection. */
export const borough: OracleGraph = {
  name: 'borough',
  subgraphs: [
    defineSubgraph({
      name: 'homes',
      typeDefs: `
        schema { query: Root mutation: Change }
        "What can be asked"
        type Root { homes: [Home!]! home(id: ID!): Home internal: Home @inaccessible }
        type Change { move(id: ID!, street: String = "Ash"): Home }
        "A place to live"
        type Home @key(fields: "id") @tag(name: "partner") {
          id: ID!
          street: String! @tag(name: "partner") @deprecated(reason: "Use address")
          rent: Int!
          secret: String! @inaccessible
          agent: Agent
          ghost: Ghost @inaccessible
        }
        type Ghost @inaccessible { boo: String }
        type Agent @key(fields: "id") { id: ID! }`,
      resolvers: {
        Root: { homes: () => homes, home: (_, { id }) => findBy(homes, 'id', id) },
        Change: { move },
        Home: {
          __resolveReference: ({ id }) => findBy(homes, 'id', id),
          agent: (row: { agent: string }) => ({ id: row.agent }),
        },
      },
    }),
    defineSubgraph({
      name: 'agents',
      typeDefs: `
        type Agent @key(fields: "id") { id: ID! name: String! pin: Int @inaccessible }
        type Home @key(fields: "id") {
          id: ID!
          secret: String! @external
          rent: Int! @external
          rating: String! @requires(fields: "secret rent")
        }`,
      resolvers: {
        Agent: { __resolveReference: ({ id }) => findBy(agents, 'id', id) },
        Home: { rating: rate },
      },
    }),
  ],
  monolith: {
    Query: { homes: () => homes, home: (_, { id }) => findBy(homes, 'id', id) },
    Mutation: { move },
    Home: { agent: agentOf, rating: rate },
  },
  operations: {
    'a root under another name': '{ homes { id street } }',
    '__typename of the root': '{ __typename homes { __typename } }',
    'an aliased __typename of the root': '{ root: __typename }',
    'a join to a subgraph without Query': '{ homes { agent { name } } }',
    '@requires of an inaccessible field': '{ homes { rating } }',
    'a mutation root under another name':
      'mutation { move(id: "h1") { street rating } __typename }',
    'a mutation that finds nothing':
      'mutation { move(id: "h2", street: "Fir") { street agent { name } } }',
    'a condition on a root fragment': {
      query:
        'query ($on: Boolean!) { homes { id } ... on Query @include(if: $on) { homes { street } } }',
      variables: { on: true },
    },
    'a condition on a root fragment without a type': {
      query: 'query ($on: Boolean!) { homes { id } ... @include(if: $on) { homes { street } } }',
      variables: { on: true },
    },
    'introspection of a type':
      '{ __type(name: "Home") { kind name description fields { name isDeprecated } } }',
    'introspection with deprecated fields':
      '{ __type(name: "Home") { fields(includeDeprecated: true) { name deprecationReason type { kind ofType { name } } } } }',
    'an inaccessible type does not exist':
      '{ __type(name: "Ghost") { name } known: __type(name: "Agent") { fields { name } } }',
    'the names of the root types':
      '{ __schema { queryType { name } mutationType { name } subscriptionType { name } } }',
    'introspection beside data':
      '{ homes { street } __type(name: "Agent") { name kind } a: homes { agent { id } } }',
    'introspection by variable and fragment': {
      query:
        'query ($n: String!) { __type(name: $n) { ...T } } fragment T on __Type { n: name fields { name args { name defaultValue } } }',
      variables: { n: 'Mutation' },
    },
    'introspection under a condition': {
      query:
        'query ($on: Boolean!) { __type(name: "Agent") @include(if: $on) { name } homes { id } }',
      variables: { on: false },
    },
    'a type that nobody knows': '{ __type(name: "Nobody") { name } }',
    'the directives that clients may use':
      '{ __schema { directives { name locations args { name } } } }',
  },
};
