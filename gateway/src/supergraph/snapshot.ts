import type { GraphQLSchema } from 'graphql';
import type { CacheRules } from '../entity-cache/cache-rules.ts';
import type { EventSourceRules } from '../event-sources/event-source-rules.ts';
import type { CostRules } from '../operation-cost/cost-rules.ts';
import type { QueryPlanner } from '../query-plan/planner.ts';
import type { AccessRules } from './access-rules.ts';
import type { EntityKeys } from './entity-keys.ts';
import type { OverrideLabels } from './override-labels.ts';

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
  /**
   * Every type and field that a subgraph may answer, inaccessible ones among them: what the executor
   * knows of data that no client sees.
   */
  readonly executionSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
  readonly subgraphs: ReadonlyMap<string, SubgraphAddress>;
  /** What a representation must have for a subgraph to know the entity. */
  readonly entityKeys: EntityKeys;
  /** Topics that feed subscription fields, instead of a socket to a subgraph. */
  readonly eventSources: EventSourceRules;
  /** What `@authenticated`, `@requiresScopes` and `@policy` demand. */
  readonly accessRules: AccessRules;
  /** What `@cacheControl` and `@cacheTag` of each subgraph say. */
  readonly cacheRules: CacheRules;
  /** SHA-256, hex, of what the supergraph says of each subgraph: equal as long as that is. */
  readonly subgraphHashes: ReadonlyMap<string, string>;
  /**
   * Fields that the planner may add to any selection on its own: those of keys, `@requires` and
   * contexts. A client's alias of the same name must not stand in their place.
   */
  readonly joinFieldNames: ReadonlySet<string>;
  /** What decides where fields with a progressive `@override` come from. */
  readonly overrideLabels: OverrideLabels;
  /** What `@cost` and `@listSize` say. */
  readonly costRules: CostRules;
  /** What the clients of each contract see of it, by the name of the contract. */
  readonly contracts: ReadonlyMap<string, GraphView>;
  /** Tags of contracts that nothing has, by the name of the contract; none of contracts without. */
  readonly unknownTags: ReadonlyMap<string, readonly string[]>;
  /** Name of the contract whose view it is; undefined: the whole graph. */
  readonly contract: string | undefined;
}

/**
 * The graph as some clients see it: all of it, or what a contract shows, which has an API schema and a
 * hash of its own. Operations are read and answered by a view, planned and fetched by the snapshot.
 */
export type GraphView = Omit<SupergraphSnapshot, 'planner' | 'contracts' | 'unknownTags'>;

/** The snapshot that serves and the one that will. */
export interface SnapshotChange {
  readonly current: SupergraphSnapshot;
  readonly next: SupergraphSnapshot;
}
