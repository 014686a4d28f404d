import type { Config } from './config.ts';
import type { Contracts } from './contracts/open-contracts.ts';
import type { DocumentCache } from './document-cache.ts';
import type { EntityCache } from './entity-cache/entity-cache.ts';
import type { GatewayHooks } from './hooks/gateway-hooks.ts';
import type { OperationRequest } from './operation-request.ts';
import type { LoadGuard } from './overload/load-guard.ts';
import type { PersistedOperations } from './persisted-operations/persisted-operations.ts';
import type { OverrideChoice } from './pipeline/choose-overrides.ts';
import type { PolicyDecider } from './policies/policy-decider.ts';
import type { RateLimitStore } from './rate-limits/rate-limit-store.ts';
import type { SubgraphFetch } from './subgraph-fetch/subgraph-request.ts';
import type { SubscriptionSource } from './subscriptions/subscription-source.ts';
import type { SupergraphSnapshot } from './supergraph/snapshot.ts';
import type { SupergraphSource } from './supergraph/supergraph-source.ts';
import type { Logger } from './telemetry/logger.ts';
import type { OperationMetrics } from './telemetry/operation-metrics.ts';
import type { Tracing } from './tracing/tracing.ts';

/** What the stages of a request need beside the request. */
export interface GatewayParts {
  readonly config: Config;
  readonly supergraph: SupergraphSource;
  /** The way to the subgraphs of one snapshot. */
  readonly fetchFor: (supergraph: SupergraphSnapshot) => SubgraphFetch;
  /** The way to the sources of one snapshot's subscription fields. */
  readonly sourceFor: (supergraph: SupergraphSnapshot) => SubscriptionSource;
  readonly logger: Logger;
  /** Default: one that counts operations, and looks at nothing else. */
  readonly load?: LoadGuard | undefined;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** Default: nothing is counted. */
  readonly operationMetrics?: OperationMetrics | undefined;
  /** What is remembered of the subgraphs' answers. Default: nothing. */
  readonly entityCache?: EntityCache | undefined;
  /** Counts what clients use, for all gateways. Default: this one counts for itself. */
  readonly rateLimits?: RateLimitStore | undefined;
  /** Counts instead while that fails, if the configuration says so. Default: this one. */
  readonly localRateLimits?: RateLimitStore | undefined;
  /** Default: as without manifests and without Redis. */
  readonly persistedOperations?: PersistedOperations;
  /** Default: the configured ones, without manifests and without Redis. */
  readonly contracts?: Contracts | undefined;
  /** Decides progressive overrides. Default: at random, and by `overrides.activeLabels`. */
  readonly overridesFor?: (request: OperationRequest) => OverrideChoice;
  /** Decides policies. Default: nobody does. */
  readonly policies?: PolicyDecider | undefined;
  /** Called in this order. Default: none. */
  readonly hooks?: readonly GatewayHooks[];
  /** Default: one that nobody else knows. */
  readonly documents?: DocumentCache;
}
