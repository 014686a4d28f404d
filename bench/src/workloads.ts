/** One operation that both gateways answer, and what its answer must look like to count. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly query: string;
  /** Bounds of the answer's length in bytes: outside of them the fixture has changed its weight. */
  readonly answerBytesMin: number;
  readonly answerBytesMax: number;
}

const page: Workload = {
  name: 'page',
  title: 'one page: 20 products with their reviews and authors, three subgraphs, two joins',
  query: `query CatalogPage {
  topProducts(first: 20) {
    id
    title
    priceMinor
    reviews {
      id
      rating
      body
      author {
        id
        name
        handle
      }
    }
  }
}
`,
  answerBytesMin: 4_000,
  answerBytesMax: 10_000,
};

const nested: Workload = {
  name: 'nested',
  title: 'the deep query: users and products, each with reviews of reviews, four subgraphs',
  query: `fragment UserFields on User {
  id
  handle
  name
}

fragment ReviewFields on Review {
  id
  body
}

fragment ProductFields on Product {
  id
  title
  priceMinor
  weightGrams
  inStock
  shippingMinor
}

query DeepGraph {
  users(first: 5) {
    ...UserFields
    reviews {
      ...ReviewFields
      product {
        ...ProductFields
        reviews {
          ...ReviewFields
          author {
            ...UserFields
            reviews {
              ...ReviewFields
              product {
                ...ProductFields
              }
            }
          }
        }
      }
    }
  }
  topProducts(first: 6) {
    ...ProductFields
    reviews {
      ...ReviewFields
      author {
        ...UserFields
        reviews {
          ...ReviewFields
          product {
            ...ProductFields
          }
        }
      }
    }
  }
}
`,
  answerBytesMin: 80_000,
  answerBytesMax: 90_000,
};

export const workloads: readonly Workload[] = [page, nested];
