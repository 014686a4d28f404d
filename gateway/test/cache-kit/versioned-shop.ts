import type { Subgraph } from '../kit/define-subgraph.ts';
import { defineSubgraph } from '../kit/define-subgraph.ts';

/** What is cached of one product: its name and its rating, each the number of its version. */
export type Aspect = 'name' | 'rating';

/** Values that only grow, so that an answer tells how old it is. */
export class Versions {
  readonly #current = new Map<string, number>();
  /** Versions that are known to be out of date: no answer that is asked for now may be older. */
  readonly #leastAllowed = new Map<string, number>();

  current(aspect: Aspect, id: string): number {
    return this.#current.get(`${aspect} ${id}`) ?? 1;
  }

  change(aspect: Aspect, id: string): void {
    this.#current.set(`${aspect} ${id}`, this.current(aspect, id) + 1);
  }

  leastAllowed(aspect: Aspect, id: string): number {
    return this.#leastAllowed.get(`${aspect} ${id}`) ?? 1;
  }

  /** An invalidation that was sent when the value was at this version has been acknowledged. */
  acknowledge(aspect: Aspect, id: string, version: number): void {
    const least = Math.max(this.leastAllowed(aspect, id), version);
    this.#leastAllowed.set(`${aspect} ${id}`, least);
  }
}

export const productIds: readonly string[] = Array.from({ length: 8 }, (_, index) => `p${index}`);

const cacheControl = `
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheControl(
    maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean, staleIfError: Int
  ) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
`;

/** Two subgraphs with one aspect of products each; both may be stale while their subgraph fails. */
export function createVersionedShop(versions: Versions): readonly Subgraph[] {
  const named = (id: string) => ({ id, name: versions.current('name', id) });
  return [
    defineSubgraph({
      name: 'names',
      typeDefs: `
        ${cacheControl}
        type Query {
          product(id: ID!): Product
            @cacheControl(maxAge: 600, staleIfError: 600) @cacheTag(format: "name-{$args.id}")
          products: [Product!]! @cacheControl(maxAge: 600, staleIfError: 600)
        }
        type Mutation { rename(id: ID!): Product! }
        type Product @key(fields: "id") @cacheControl(maxAge: 600, staleIfError: 600) {
          id: ID!
          name: Int!
        }
      `,
      resolvers: {
        Query: {
          product: (_, { id }) => named(String(id)),
          products: () => productIds.map(named),
        },
        Mutation: {
          rename: (_, { id }) => {
            versions.change('name', String(id));
            return named(String(id));
          },
        },
        Product: { __resolveReference: ({ id }) => named(String(id)) },
      },
    }),
    defineSubgraph({
      name: 'ratings',
      typeDefs: `
        ${cacheControl}
        type Product @key(fields: "id")
          @cacheControl(maxAge: 600, staleIfError: 600) @cacheTag(format: "rating-{$key.id}") {
          id: ID!
          rating: Int
        }
      `,
      resolvers: {
        Product: {
          __resolveReference: ({ id }) => ({ id }),
          rating: ({ id }) => versions.current('rating', String(id)),
        },
      },
    }),
  ];
}
