/** An operation, and what must be up for its answer to be whole. */
export interface ChaosQuestion {
  readonly name: string;
  readonly needs: readonly string[];
  readonly query: string;
}

/**
 * How many values the one variable has: so many requests are not equal, and share nothing. The tenth
 * listing is one that reviews does not know, for another benchmark.
 */
export const variantsOfEach = 9;

/** What is asked in turn. Together they need every subgraph, and none needs all. */
export const chaosQuestions: readonly ChaosQuestion[] = [
  { name: 'me', needs: ['accounts'], query: 'query Me($n: Int!) { users(first: $n) { id name } }' },
  {
    name: 'products',
    needs: ['products'],
    query: 'query Products($n: Int!) { topProducts(first: $n) { id title priceMinor } }',
  },
  {
    name: 'scores',
    needs: ['products', 'reviews'],
    query: 'query Scores($n: Int!) { listings(first: $n) { id title score } }',
  },
  {
    name: 'stock',
    needs: ['products', 'inventory'],
    query: 'query Stock($n: Int!) { topProducts(first: $n) { id inStock shippingMinor } }',
  },
  {
    name: 'page',
    needs: ['accounts', 'products', 'reviews'],
    query:
      'query Page($n: Int!) { topProducts(first: $n) { title reviews { body author { name } } } }',
  },
];
