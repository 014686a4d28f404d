import { headers as headerNames } from '@plaza/schema/headers';
import type { Config } from '../config.ts';
import type { EntityCache, OpenCache } from '../entity-cache/entity-cache.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import { forwardedHeaders } from '../subgraph-fetch/forward-headers.ts';
import { visibleNames } from '../subgraph-fetch/identity-headers.ts';
import type { GraphView, SupergraphSnapshot } from '../supergraph/snapshot.ts';
import { isProtected } from './authorize-operation.ts';
import type { NormalizedOperation } from './normalize-operation.ts';

/** What decides whether an operation may be answered from the cache, and whose answers those are. */
export interface OpeningParts {
  readonly request: { readonly headers: Readonly<Record<string, string>> };
  readonly operation: NormalizedOperation;
  readonly supergraph: SupergraphSnapshot;
  readonly view: GraphView;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer | undefined;
  readonly plan: () => Promise<QueryPlan>;
}

/**
 * Opens the cache for an operation. Undefined where there is no cache, or nothing of the operation may
 * be cached; rejects as planning does.
 */
export async function openCache(
  cache: EntityCache | undefined,
  { request: { headers }, operation, supergraph, view, variables, viewer, plan }: OpeningParts,
  { headers: rules, contracts }: Pick<Config, 'headers' | 'contracts'>,
): Promise<OpenCache | undefined> {
  if (cache === undefined) return undefined;
  return cache.open({
    plan: await plan(),
    operationId: operation.id,
    operationType: operation.operation.operation,
    snapshot: supergraph,
    viewHash: view.hash,
    variables,
    viewer,
    forwarded: forwardedHeaders(headers, visibleNames(rules)),
    explainSecret: headers[headerNames.explainCache],
    isProtected:
      isProtected(operation, view) ||
      // Whoever is told who asks may answer each their own.
      isTold(headers, rules) ||
      isClosed(view, contracts),
    isWhole: operation.deferredLabels === undefined,
  });
}

/** A cache on the way to the client does not ask who may use a contract. */
function isClosed({ contract }: GraphView, contracts: Config['contracts']): boolean {
  const settings = contract === undefined ? undefined : contracts[contract];
  if (settings === undefined) return false;
  return settings.clients === 'apiKeys' || settings.requiredScopes.length > 0;
}

function isTold(
  headers: Readonly<Record<string, string>>,
  { identity }: Config['headers'],
): boolean {
  return identity.some(({ name }) => headers[name] !== undefined);
}
