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
    may = root !== undefined && subgraphsOf(root).some((name) => snapshot.cacheRules.has(name));
    known.set(plan, may);
  }
  return may;
}

function subgraphsOf(node: CompiledNode | undefined): readonly string[] {
  switch (node?.kind) {
    case undefined:
    case 'EventSource':
      return [];
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(subgraphsOf);
    case 'Condition':
      return [...subgraphsOf(node.ifClause), ...subgraphsOf(node.elseClause)];
    case 'RootFetch':
    case 'EntityFetch':
      return [node.node.serviceName];
    case 'Defer':
      return [
        ...subgraphsOf(node.primary),
        ...node.parts.flatMap(({ node: part }) => subgraphsOf(part)),
      ];
    case 'AwaitedFetch':
      return subgraphsOf(node.fetch);
  }
}
