/** One operation that all gateways answer, and what its answer must look like to count. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly query: string;
  /** Bounds of the answer's length in bytes: outside of them the fixture has changed its weight. */
  readonly answerBytesMin: number;
  readonly answerBytesMax: number;
  /** Header that is to say something else in each request; undefined: all requests are equal. */
  readonly distinctHeader?: string;
  /** Sent besides those that every request has; lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the answer must have an error, at this place or below it; undefined: nowhere. */
  readonly failingPaths?: readonly (readonly (string | number)[])[];
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

const list: Workload = {
  name: 'list',
  title: 'a list of 1,000 entities with one join, two subgraphs',
  query: `query LongList {
  listings(first: 1000) {
    id
    title
    priceMinor
    stock
  }
}
`,
  answerBytesMin: 60_000,
  answerBytesMax: 80_000,
};

const failingListCount = 100;

const failing: Workload = {
  name: 'failing',
  title: 'a list of 100 entities of which a tenth cannot be joined: null and a located error each',
  query: `query FailingList {
  listings(first: ${failingListCount}) {
    id
    title
    score
  }
}
`,
  answerBytesMin: 5_000,
  answerBytesMax: 10_000,
  failingPaths: Array.from({ length: failingListCount / 10 }, (_, index) => [
    'listings',
    index * 10 + 9,
  ]),
};

/** The heaviest first. */
export const workloads: readonly Workload[] = [nested, page, list, failing];

/** The workload of that name. Throws an Error that names those that exist. */
export function findWorkload(name: string): Workload {
  const workload = workloads.find((candidate) => candidate.name === name);
  if (workload === undefined) {
    const names = workloads.map((candidate) => candidate.name).join(', ');
    throw new Error(`There is no workload "${name}"; there are ${names}, executor, cache and cold`);
  }
  return workload;
}
