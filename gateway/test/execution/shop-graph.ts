import type { OperationOptions } from './run-graph.ts';
import { answering, createGraph } from './run-graph.ts';

const products = [{ id: '1' }, { id: '2' }, { id: '1' }];

/** Products, and what another subgraph knows of their stock. */
export function createShop() {
  return createGraph(
    {
      name: 'products',
      typeDefs: `
        type Query { products: [Product]! first: Product! count: Int }
        type Product @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: { products: () => products, first: () => products[0], count: () => 3 },
        Product: { name: ({ id }) => `name ${id}` },
      },
    },
    {
      name: 'stock',
      typeDefs: `
        type Query { depot: String }
        type Product @key(fields: "id") { id: ID! left: Int! shelf: Shelf place: String }
        type Shelf { row: Int! label: String }`,
      resolvers: {
        Query: { depot: () => 'north' },
        Product: {
          __resolveReference: (key) => key,
          left: () => 7,
          place: () => 'here',
          shelf: () => ({ row: 1, label: 'A' }),
        },
      },
    },
  );
}

export type StockAnswer = Readonly<Record<string, unknown>>;

/** The shop whose stock answers what it is told; its other subgraph is real. */
export function runWithStock(query: string, answer: StockAnswer) {
  const graph = createShop();
  const options: OperationOptions = {
    fetch: answering((request) => (request.subgraph === 'stock' ? answer : graph.fetch(request))),
  };
  return graph.run(query, options);
}
