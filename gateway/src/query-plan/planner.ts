import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import type { QueryPlan } from './plan-node.ts';

/** What a planner needs of an operation. */
export type PlannableOperation = Pick<
  NormalizedOperation,
  'planDocument' | 'operationName' | 'activeLabels'
>;

/** Makes query plans. Everything behind this interface can be replaced by another planner. */
export interface QueryPlanner {
  /**
   * Throws AppError GRAPHQL_VALIDATION_FAILED for an operation that no subgraphs can answer,
   * OPERATION_TOO_COMPLEX for one that takes too much to plan, SUPERGRAPH_UNAVAILABLE when too many
   * operations wait to be planned.
   */
  plan(operation: PlannableOperation): Promise<QueryPlan>;
  /**
   * Frees what the planner holds as soon as no operation waits for it. Requests that pinned its
   * snapshot may still plan, at the cost of a new start.
   */
  retire(): void;
}
