import { defineSubgraph } from '../../kit/define-subgraph.ts';
import type { OracleGraph } from '../oracle-graph.ts';

// State that each operation resets first: what comes out tells the order in which fields ran.
let passed = 0;
const reset = (): number => {
  passed = 0;
  return passed;
};
const pass = (_: object, { by }: { by: number }) => {
  passed += by;
  return { id: 'g1', passed };
};
const seen = () => passed;
const refuse = () => {
  throw new Error(`Closed after ${passed}`);
};

/** Mutations that count: they run in series, each with its joins before the next. */
export const turnstile: OracleGraph = {
  name: 'turnstile',
  subgraphs: [
    defineSubgraph({
      name: 'east',
      typeDefs: `
        type Query { passed: Int! }
        type Mutation { reset: Int! passEast(by: Int! = 1): Gate! closeEast: Gate }
        type Gate @key(fields: "id") { id: ID! passed: Int! @shareable seenEast: Int! }`,
      resolvers: {
        Query: { passed: seen },
        Mutation: { reset, passEast: pass, closeEast: refuse },
        Gate: { seenEast: seen },
      },
    }),
    defineSubgraph({
      name: 'west',
      typeDefs: `
        type Mutation { passWest(by: Int! = 1): Gate! }
        type Gate @key(fields: "id") { id: ID! passed: Int! @shareable seenWest: Int! }`,
      resolvers: { Mutation: { passWest: pass }, Gate: { seenWest: seen } },
    }),
  ],
  operations: {
    'in series over two subgraphs': {
      query: `mutation { reset a: passEast { passed } b: passWest { passed } c: passEast(by: 5) { passed }
        d: passWest { passed } }`,
      expected: {
        data: { reset: 0, a: { passed: 1 }, b: { passed: 2 }, c: { passed: 7 }, d: { passed: 8 } },
      },
    },
    'in series by response order, not by subgraph': {
      query:
        'mutation { reset x: passWest(by: 2) { passed } y: passEast(by: 3) { passed } z: passWest { passed } }',
      expected: { data: { reset: 0, x: { passed: 2 }, y: { passed: 5 }, z: { passed: 6 } } },
    },
    'each with its join before the next': {
      query: 'mutation { reset a: passEast { passed seenWest } b: passWest { passed seenEast } }',
      expected: {
        data: { reset: 0, a: { passed: 1, seenWest: 1 }, b: { passed: 2, seenEast: 2 } },
      },
    },
    'the rest runs after one that fails': {
      query: 'mutation { reset a: passEast { passed } closeEast { id } b: passWest { passed } }',
      expected: {
        data: { reset: 0, a: { passed: 1 }, closeEast: null, b: { passed: 2 } },
        errors: ['closeEast'],
      },
    },
    'each once, though they are alike': {
      query: 'mutation { reset a: passEast { id } b: passEast { id } c: passEast { passed } }',
      expected: { data: { reset: 0, a: { id: 'g1' }, b: { id: 'g1' }, c: { passed: 3 } } },
    },
    'a dead subgraph between two': {
      query: 'mutation { reset closeEast { id } a: passWest { passed } }',
      failing: ['east'],
      expected: { data: null, errors: 'some' },
    },
  },
};
