import type { GraphQLSchema } from 'graphql';
import type { QueryPlanner } from '../query-plan/planner.ts';

/** Where a subgraph's operations are sent; the URL comes from the supergraph unless configured. */
export interface SubgraphAddress {
  readonly name: string;
  readonly url: string;
}

/** One immutable version of the graph. A request pins the snapshot that it started with. */
export interface SupergraphSnapshot {
  /** The supergraph SDL as it was loaded. */
  readonly sdl: string;
  /** SHA-256 of the SDL, hex. */
  readonly hash: string;
  /** What clients see: validation, introspection and projection use it. */
  readonly apiSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
  readonly subgraphs: ReadonlyMap<string, SubgraphAddress>;
}
