import test from 'ava';
import { createGraph } from './execution/run-graph.ts';
import type { SubgraphDefinition } from './kit/define-subgraph.ts';

const wares = [
  { id: '1', code: 'a', gross: 100 },
  { id: '2', code: 'b', gross: 50 },
];

function wareOf({ id, code }: { readonly id?: string; readonly code?: string }) {
  return wares.find((ware) => ware.id === id || ware.code === code);
}

/** A price after a discount that needs the price before it, which is another subgraph's. */
const prices: SubgraphDefinition = {
  name: 'prices',
  typeDefs: `
    type Query { offers: [Ware!]! }
    type Ware @key(fields: "id") @key(fields: "code") {
      id: ID!
      code: ID!
      gross: Int! @external
      net: Int! @requires(fields: "gross")
    }`,
  resolvers: {
    Query: { offers: () => wares.map(({ id, code }) => ({ id, code })) },
    Ware: {
      __resolveReference: (key) => ({ ...key, ...wareOf(key), gross: key.gross }),
      net: ({ gross }: { gross: number }) => gross / 2,
    },
  },
};

test('a field requires a field of the subgraph it comes from, which requires a third', async (t) => {
  const graph = createGraph(
    prices,
    {
      name: 'stock',
      typeDefs: 'type Ware @key(fields: "id") { id: ID! gross: Int! }',
      resolvers: { Ware: { __resolveReference: (key) => wareOf(key) } },
    },
    {
      name: 'till',
      typeDefs: `
        type Ware @key(fields: "id") {
          id: ID!
          net: Int! @external
          label: String! @requires(fields: "net")
        }`,
      resolvers: { Ware: { label: ({ net }) => `now ${net}` } },
    },
  );
  const { data, errors } = await graph.run('{ offers { label } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, { offers: [{ label: 'now 50' }, { label: 'now 25' }] });
});

test('a field requires a field that requires one of its own subgraph', async (t) => {
  const graph = createGraph(
    prices,
    {
      name: 'door',
      typeDefs: `
        type Query { window: Ware }
        type Ware @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: { Query: { window: () => ({ id: '2' }) } },
    },
    {
      name: 'stock',
      typeDefs: `
        type Ware @key(fields: "code") {
          code: ID!
          gross: Int!
          net: Int! @external
          saving: Int! @requires(fields: "net")
        }`,
      resolvers: {
        Ware: {
          __resolveReference: (key) => ({ ...key, ...wareOf(key) }),
          saving: ({ gross, net }: { gross: number; net: number }) => gross - net,
        },
      },
    },
  );
  const { data, errors } = await graph.run('{ window { saving net } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, { window: { saving: 25, net: 25 } });
});

test('requirements of one subgraph lead through another and back to it', async (t) => {
  const graph = createGraph(
    {
      name: 'a',
      typeDefs: `
        type Query { node: Node }
        type Node @key(fields: "id") {
          id: ID!
          base: Int!
          two: Int! @external
          three: Int! @requires(fields: "two")
          five: Boolean! @requires(fields: "next { four }")
          next: Node @external
          four: Int! @external
        }`,
      resolvers: {
        Query: { node: () => ({ id: 'x', base: 1 }) },
        Node: {
          __resolveReference: (key) => ({ ...key, base: 1 }),
          three: ({ two }: { two: number }) => two + 1,
          five: ({ next }: { next: { four: number } }) => next.four === 4,
        },
      },
    },
    {
      name: 'b',
      typeDefs: `
        type Node @key(fields: "id") {
          id: ID!
          base: Int! @external
          three: Int! @external
          two: Int! @requires(fields: "base")
          four: Int! @requires(fields: "three")
          next: Node
        }`,
      resolvers: {
        Node: {
          two: ({ base }: { base: number }) => base + 1,
          four: ({ three }: { three: number }) => three + 1,
          next: () => ({ id: 'y' }),
        },
      },
    },
  );
  const { data, errors } = await graph.run('{ node { five four three two } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, { node: { five: true, four: 4, three: 3, two: 2 } });
  t.true(graph.calls.every(({ subgraph }) => subgraph === 'a' || subgraph === 'b'));
});
