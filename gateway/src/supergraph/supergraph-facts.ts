import type { ContractSdl } from '../contracts/contract-filter.ts';
import type { CacheRules } from '../entity-cache/cache-rules.ts';
import type { EventSourceRules } from '../event-sources/event-source-rules.ts';
import type { CostRules } from '../operation-cost/cost-rules.ts';
import type { AccessRules } from './access-rules.ts';
import type { EntityKeyPaths } from './entity-keys.ts';
import type { OverrideLabels } from './override-labels.ts';
import type { SubgraphAddress } from './snapshot.ts';

/**
 * What serving a supergraph takes from its SDL. Plain data that goes from thread to thread: only
 * planner threads hold Apollo's own picture of a supergraph, which costs far more to make.
 */
export interface SupergraphFacts {
  /** SDL of what clients see. */
  readonly apiSdl: string;
  /** SDL of what the clients of each contract see. */
  readonly contracts: readonly ContractSdl[];
  /** SDL of every type and field that a subgraph may answer; no arguments, no descriptions. */
  readonly executionSdl: string;
  readonly subgraphs: readonly SubgraphAddress[];
  readonly entityKeys: EntityKeyPaths;
  readonly eventSources: EventSourceRules;
  readonly accessRules: AccessRules;
  readonly cacheRules: CacheRules;
  /** By subgraph; a hash changes when what the supergraph says of the subgraph does. */
  readonly subgraphHashes: ReadonlyMap<string, string>;
  readonly joinFieldNames: ReadonlySet<string>;
  readonly overrideLabels: OverrideLabels;
  readonly costRules: CostRules;
}
