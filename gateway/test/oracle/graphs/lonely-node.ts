import { defineSubgraph } from '../../kit/define-subgraph.ts';
import type { OracleGraph } from '../oracle-graph.ts';

/** An `@interfaceObject` whose interface nobody implements, and whose key resolves nowhere. */
export const lonelyNode: OracleGraph = {
  name: 'lonely-node',
  subgraphs: [
    defineSubgraph({
      name: 'a',
      typeDefs: `
        type Query { lone: Node here: Int! }
        interface Node @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { lone: () => ({ __typename: 'Node', id: '1' }), here: () => 1 } },
    }),
    defineSubgraph({
      name: 'b',
      typeDefs: `
        type Query { known: Node }
        type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! extra: Int! }`,
      resolvers: { Query: { known: () => ({ id: '2', extra: 0 }) } },
    }),
  ],
  operations: {
    'a field that no subgraph can fetch': {
      query: '{ lone { extra } }',
      expected: { data: null, errors: 'some' },
    },
    'a field that no subgraph can fetch beside one that can be': {
      query: '{ lone { extra } here }',
      expected: { data: null, errors: 'some' },
    },
    'a field that no subgraph can fetch, skipped': {
      query: '{ lone @skip(if: true) { extra } here }',
      expected: { data: { here: 1 } },
    },
    'nothing to fetch at all': {
      query: '{ __typename }',
      expected: { data: { __typename: 'Query' } },
    },
    'everything skipped': {
      query: 'query ($x: Boolean!) { here @skip(if: $x) }',
      variables: { x: true },
      expected: { data: {} },
    },
    'what the other subgraph has': {
      query: '{ here }',
      expected: { data: { here: 1 } },
    },
  },
};
