import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, onlyFields, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const nodes = [
  { __typename: 'City', id: 'n1', name: 'Quito', people: 2, mayor: 'n3' },
  { __typename: 'River', id: 'n2', name: 'Napo', km: 885 },
  { __typename: 'Person', id: 'n3', name: 'Pia', born: 1970 },
];
const facts = onlyFields(nodes, '__typename', 'id', 'people', 'born', 'km');
const reference = { __resolveReference: referenceTo(nodes, 'id') };
const factOf = { __resolveReference: referenceTo(facts, 'id') };
const node = (_: object, { id }: { id: string }) => findBy(nodes, 'id', id);
const all = (_: object, { ids }: { ids: readonly string[] }) =>
  ids.map((id) => findBy(nodes, 'id', id));
const summary = (row: { __typename: string; id: string }) => `${row.__typename} ${row.id}`;

/** Relay's Node over two subgraphs: `node(id)` in one, fields of its types in the other. */
export const catalogueNodes: OracleGraph = {
  name: 'catalogue-nodes',
  subgraphs: [
    defineSubgraph({
      name: 'index',
      typeDefs: `
        type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node]! }
        interface Node { id: ID! }
        type City implements Node @key(fields: "id") { id: ID! name: String! mayor: Person }
        type River implements Node @key(fields: "id") { id: ID! name: String! }
        type Person implements Node @key(fields: "id") { id: ID! name: String! }`,
      resolvers: {
        Query: { node, nodes: all },
        City: { ...reference, mayor: (row: { mayor: string }) => findBy(nodes, 'id', row.mayor) },
        River: reference,
        Person: reference,
      },
    }),
    defineSubgraph({
      name: 'facts',
      typeDefs: `
        type Query { largest: Node @shareable }
        interface Node { id: ID! summary: String! }
        type City implements Node @key(fields: "id") { id: ID! summary: String! people: Int! }
        type River implements Node @key(fields: "id") { id: ID! summary: String! km: Int }
        type Person implements Node @key(fields: "id") { id: ID! summary: String! born: Int }`,
      resolvers: {
        Query: { largest: () => facts[1] },
        City: { ...factOf, summary },
        River: { ...factOf, summary },
        Person: { ...factOf, summary },
      },
    }),
  ],
  monolith: {
    Query: { node, nodes: all, largest: () => nodes[1] },
    City: { summary, mayor: (row: { mayor: string }) => findBy(nodes, 'id', row.mayor) },
    River: { summary },
    Person: { summary },
  },
  operations: {
    'a node by id': '{ node(id: "n1") { id __typename } }',
    'an interface field of the other subgraph': '{ node(id: "n2") { id summary } }',
    'an interface field of the other subgraph, on a list':
      '{ nodes(ids: ["n1", "n2", "n3"]) { summary } }',
    'nulls in the list': '{ nodes(ids: ["n1", "zz", "n3"]) { id summary } }',
    'fragments per type over both subgraphs':
      '{ nodes(ids: ["n1", "n2", "n3"]) { ... on City { name people } ... on River { km name } ... on Person { born } } }',
    'a node through a node': '{ node(id: "n1") { ... on City { mayor { name born summary } } } }',
    'nothing in the list': '{ nodes(ids: []) { summary } }',
    'a node from the second subgraph': '{ largest { id summary ... on River { name km } } }',
    'the same node twice':
      '{ a: node(id: "n1") { summary } b: node(id: "n1") { summary ... on City { name } } }',
    'a variable list': {
      query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Person { born } } }',
      variables: { ids: ['n3', 'n1'] },
    },
    'summary under an alias that is a key': '{ nodes(ids: ["n1", "n2"]) { id: summary key: id } }',
  },
};
