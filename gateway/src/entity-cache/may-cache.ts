import type { CompiledNode } from '../query-plan/compile-plan.ts';
import { compilePlan } from '../query-plan/compile-plan.ts';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';

const known = new WeakMap<QueryPlan, boolean>();

/** False when no subgraph that the plan asks says of anything that it may be cached. */
export function mayCache(plan: QueryPlan, snapshot: SupergraphSnapshot): boolean {
  let may = known.get(plan);
  if (may === undefined) {
    const { root } = compilePlan(plan, snapshot);
    may = asksOne(root, snapshot.cacheRules);
    known.set(plan, may);
  }
  return may;
}

/** True when one of the subgraphs that are asked is among these. */
function asksOne(
  node: CompiledNode | undefined,
  subgraphs: Pick<ReadonlySet<string>, 'has'>,
): boolean {
  const asks = (child: CompiledNode | undefined): boolean => asksOne(child, subgraphs);
  switch (node?.kind) {
    case undefined:
    case 'EventSource':
      return false;
    case 'Sequence':
    case 'Parallel':
      return node.nodes.some(asks);
    case 'Condition':
      return asks(node.ifClause) || asks(node.elseClause);
    case 'RootFetch':
    case 'EntityFetch':
      return subgraphs.has(node.node.serviceName);
    case 'Defer':
      return asks(node.primary) || node.parts.some(({ node: part }) => asks(part));
    case 'AwaitedFetch':
      return asks(node.fetch);
  }
}
