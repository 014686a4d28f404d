import { parse } from 'graphql';
import type { FetchPolicy } from '../../src/entity-cache/fetch-policy.ts';
import { entityFetchPolicy, rootFetchPolicy } from '../../src/entity-cache/fetch-policy.ts';
import { normalizeOperation } from '../../src/pipeline/normalize-operation.ts';
import type { FetchNode, PlanNode } from '../../src/query-plan/plan-node.ts';
import type { SupergraphSnapshot } from '../../src/supergraph/snapshot.ts';

/** One fetch of a plan; entity fetches once for each type that they are for. */
export interface PlannedPolicy {
  readonly subgraph: string;
  /** Absent for root fields. */
  readonly typename?: string;
  readonly policy: FetchPolicy;
}

/** Plans the operation with the real planner, and reads the policies of all fetches in order. */
export async function policiesOf(
  query: string,
  snapshot: SupergraphSnapshot,
): Promise<readonly PlannedPolicy[]> {
  const operation = normalizeOperation(parse(query, { noLocation: true }), undefined, snapshot);
  const { node } = await snapshot.planner.plan(operation);
  return fetchesIn(node).flatMap((fetch): PlannedPolicy[] => {
    const subgraph = fetch.serviceName;
    if (fetch.requires === undefined) {
      return [{ subgraph, policy: rootFetchPolicy(fetch, snapshot) }];
    }
    const typenames = fetch.requires.flatMap((selection) =>
      selection.kind === 'InlineFragment' ? (selection.typeCondition ?? []) : [],
    );
    return [...new Set(typenames)].map((typename) => ({
      subgraph,
      typename,
      policy: entityFetchPolicy(fetch, typename, snapshot),
    }));
  });
}

function fetchesIn(node: PlanNode | undefined): readonly FetchNode[] {
  if (node === undefined) return [];
  switch (node.kind) {
    case 'Fetch':
      return [node];
    case 'Flatten':
      return fetchesIn(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchesIn);
    case 'Condition':
      return [...fetchesIn(node.ifClause), ...fetchesIn(node.elseClause)];
    default:
      throw new Error(`${node.kind} is not expected`);
  }
}
