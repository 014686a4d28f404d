import type { FetchNode, PlanNode } from './plan-node.ts';

/** The plan with each fetch node replaced; several in place of one run in parallel. */
export function mapFetchNodes(
  node: PlanNode,
  replace: (fetch: FetchNode) => readonly FetchNode[],
): PlanNode {
  const map = (child: PlanNode): PlanNode => mapFetchNodes(child, replace);
  switch (node.kind) {
    case 'Fetch': {
      const nodes = replace(node);
      const [only] = nodes;
      return only !== undefined && nodes.length === 1 ? only : { kind: 'Parallel', nodes };
    }
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map(map) };
    case 'Flatten':
      return { ...node, node: map(node.node) };
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause === undefined ? {} : { ifClause: map(node.ifClause) }),
        ...(node.elseClause === undefined ? {} : { elseClause: map(node.elseClause) }),
      };
    case 'Subscription': {
      // It requires nothing that could be split, so there is one in its place.
      const [primary = node.primary] = replace(node.primary);
      return { ...node, primary, ...(node.rest === undefined ? {} : { rest: map(node.rest) }) };
    }
    case 'Defer':
      return {
        ...node,
        primary: {
          ...node.primary,
          ...(node.primary.node === undefined ? {} : { node: map(node.primary.node) }),
        },
        deferred: node.deferred.map((deferred) => ({
          ...deferred,
          ...(deferred.node === undefined ? {} : { node: map(deferred.node) }),
        })),
      };
  }
}
