import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import type { QueryPlan } from './plan-node.ts';

/** Makes query plans. Everything behind this interface can be replaced by another planner. */
export interface QueryPlanner {
  /** Throws AppError GRAPHQL_VALIDATION_FAILED for an operation that no subgraphs can answer. */
  plan(operation: NormalizedOperation): Promise<QueryPlan>;
}
