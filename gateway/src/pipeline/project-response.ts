import type { GraphQLError } from 'graphql';
import { projectData } from '../projection/project-data.ts';
import type { ExecutedPlan } from '../query-plan/execute-plan.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { NormalizedOperation } from './normalize-operation.ts';

export interface ProjectedResponse {
  /** Null when a null that is not allowed reached the root. Objects in it have no prototype. */
  readonly data: Record<string, unknown> | null;
  /** Those of the subgraphs, then those of projection; each has `path` and `extensions.code`. */
  readonly errors: readonly GraphQLError[];
}

/**
 * Makes the response of what the subgraphs answered: the fields that the operation selects, in its
 * order, each of the type that the API schema gives it (GraphQL specification, section 6.4). A value
 * that is not allowed becomes null up to the nearest nullable field, with a located error in `errors`
 * unless an error of a subgraph speaks of that place already. Never throws.
 */
export function projectResponse(
  normalized: NormalizedOperation,
  snapshot: SupergraphSnapshot,
  variables: Readonly<Record<string, unknown>>,
  executed: ExecutedPlan,
): ProjectedResponse {
  const { data, errors } = projectData(normalized, snapshot, variables, executed);
  return { data, errors: [...executed.errors.map(({ error }) => error), ...errors] };
}
